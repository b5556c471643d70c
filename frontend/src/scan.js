// Reads a code with the camera; loaded only when somebody presses the button for it. The browser's own reader is used
// where it knows every kind of code that we meet, else zxing, whose WebAssembly lies among our own files.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const PAUSE = 120; // milliseconds between looks: a phone stays cool
const KINDS = { data_matrix: "DataMatrix", qr_code: "QRCode", ean_13: "EAN13", ean_8: "EAN8", code_128: "Code128" };

async function makeReader(wasm) {
  const native = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  if (Object.keys(KINDS).every((kind) => native.includes(kind))) {
    const detector = new BarcodeDetector({ formats: Object.keys(KINDS) });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    pen.drawImage(video, 0, 0);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    const found = await readBarcodes(picture, { formats: Object.values(KINDS), maxNumberOfSymbols: 1 });
    return found[0]?.text;
  };
}

// Why there is no picture: the name of the sentence that the page has ready.
function nameFault(error) {
  if (!isSecureContext || !navigator.mediaDevices) return "insecure";
  if (error.name === "NotAllowedError") return "refused";
  return ["NotFoundError", "OverconstrainedError"].includes(error.name) ? "absent" : "failed";
}

function release(stream) {
  stream?.getTracks().forEach((track) => track.stop());
  return null;
}

// Opens the dialog and resolves with what a code says, or with null when it was closed before.
export async function scan(dialog, wasm) {
  const video = dialog.querySelector("video");
  const say = (name) => {
    for (const each of dialog.querySelectorAll("[data-say]")) each.hidden = each.dataset.say !== name;
    video.hidden = name !== "looking";
  };
  let stream;
  say("starting");
  dialog.showModal();
  const closed = new Promise((resolve) => dialog.addEventListener("close", () => resolve(null), { once: true }));
  const read = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      if (!dialog.open) return release(stream); // closed while the browser still asked: nobody else lets go of it
      const look = await makeReader(wasm);
      video.srcObject = stream;
      say("looking");
      await video.play();
      while (dialog.open) {
        const text = video.videoWidth ? await look(video) : "";
        if (text) return text;
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    } catch (error) {
      if (dialog.open) say(nameFault(error));
    }
    return closed;
  };
  try {
    return await Promise.race([read(), closed]);
  } finally {
    video.srcObject = null;
    dialog.close();
    release(stream);
  }
}
