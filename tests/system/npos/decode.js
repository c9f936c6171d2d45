// Reads ESC/POS bytes on standard input; writes each picture that npos finds in them as JSON:
// width, height, and one byte a dot (0 is black) in base64.
'use strict';

const fs = require('fs');
const npos = require('npos');

npos.parser().parse(fs.readFileSync(0)).then((found) => {
  if (found.error) throw found.error;
  const pictures = found.entries.filter((entry) => entry.type === 'raster').map(({data}) => {
    const dots = Buffer.alloc(data.width * data.height);
    for (let y = 0; y < data.height; y++) {
      for (let x = 0; x < data.width; x++) dots[y * data.width + x] = data.getPixel(x, y);
    }
    return {width: data.width, height: data.height, dots: dots.toString('base64')};
  });
  process.stdout.write(JSON.stringify(pictures));
}).catch((error) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
