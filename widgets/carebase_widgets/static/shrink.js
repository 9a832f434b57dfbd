/** In pixels: enough to read a label by, and what every phone can draw. */
const LONGEST = 4000;
const QUALITY = 0.85;
/** In bytes: what is larger is no photo, or more than a phone can hold. */
const MOST = 60_000_000;

/**
 * Make a photo smaller that is larger than its form takes: phones take such, and nobody in a hurry
 * knows how to make them smaller.
 * @param {import("./upload.js").Sent} sent Whose picture is put in the place of the larger one.
 * @param {number} limit In bytes.
 * @returns {Promise<boolean>} Whether it is small enough now.
 */
export async function shrink(sent, limit) {
  if (sent.blob.size > MOST) return false;
  const canvas = document.createElement("canvas");
  try {
    const picture = await createImageBitmap(sent.blob);
    const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    canvas.width = Math.round(picture.width * share);
    canvas.height = Math.round(picture.height * share);
    const drawing = canvas.getContext("2d");
    if (!drawing) return false;
    // Where it is transparent it is paper, as on the page.
    drawing.fillStyle = "#fff";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((/** @type {BlobCallback} */ done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob || blob.size > limit) return false;
    sent.blob = blob;
    return true;
  } catch {
    // No picture, or one that this browser cannot read or hold.
    return false;
  } finally {
    // Some phones give back the room of a canvas only then.
    canvas.width = 0;
  }
}
