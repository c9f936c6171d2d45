"""What a Prometheus would read in the text that a program answers."""

from prometheus_client.parser import text_string_to_metric_families


def samples(text: bytes) -> dict[str, float]:
    """Return each sample by its name with its labels in braces."""
    return {
        _key(sample.name, sample.labels): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def _key(name: str, labels: dict[str, str]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{inside}}}" if inside else name
