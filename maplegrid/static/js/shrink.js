// Photos are made smaller on the phone. What the camera wrote (where, when) goes along, so that the server can read it.
const LONGEST = 2000;
const HEAD = 256 * 1024; // EXIF stands before the picture itself
const [EXIF, SCAN, ORIENTATION] = [0xffe1, 0xffda, 0x0112];

export async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  if (scale === 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));
  const parts = await withExif(file, blob).catch(() => [blob]);
  return new File(parts, file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
}

// The new picture with the old one's EXIF right behind its first two bytes, as the format wants it.
async function withExif(file, blob) {
  const exif = exifOf(new DataView(await file.slice(0, HEAD).arrayBuffer()));
  return exif ? [blob.slice(0, 2), exif, blob.slice(2)] : [blob];
}

// The APP1 segment of a JPEG, marker and length included; null for anything else.
function exifOf(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength;) {
    const [marker, length] = [view.getUint16(at), view.getUint16(at + 2)];
    if (marker === SCAN || marker < 0xff00 || length < 2) return null;
    if (marker === EXIF && view.getUint32(at + 4) === 0x45786966) return upright(view.buffer.slice(at, at + 2 + length));
    at += 2 + length;
  }
  return null;
}

// The canvas has turned the picture already: said once more, it would be turned twice.
function upright(segment) {
  const tiff = new DataView(segment, 10);
  const little = tiff.getUint16(0) === 0x4949;
  const first = tiff.getUint32(4, little);
  for (let i = 0; i < tiff.getUint16(first, little); i += 1) {
    const entry = first + 2 + 12 * i;
    if (tiff.getUint16(entry, little) === ORIENTATION) tiff.setUint16(entry + 8, 1, little);
  }
  return segment;
}
