// The papers of an order: who holds them, the handover notes, the letter of authorisation, and photos as proof.

import { Unreachable, api, h, when } from "./common.js";
import { app, nothing } from "./runner_app.js";
import { chooseFrom } from "./sheet.js";

const LONGEST_SIDE = 1600; // pixels: small print stays readable, a photo stays under about 300 kB
const QUALITY = 0.8;
const PURPOSES = { COLLECTION: "取件凭证", DELIVERY: "送达凭证", PAPER: "材料照片", LETTER: "签了字的委托书" };

const shot = (order) => `photo:${order.number}`;
export const photosWaiting = (order) => app.queue.about(shot(order)).length;

/** Papers, notes and photos, asked for when they are opened. */
export function paperTrail(order) {
  const box = h("div", {});
  return h("details.trail", { ontoggle: (event) => event.target.open && fillTrail(order, box) },
    h("summary", {}, "交接单和照片"), box);
}

async function fillTrail(order, box) {
  try {
    const told = await api(`/runner/orders/${order.number}/papers`);
    box.replaceChildren(...drawTrail(order, told));
  } catch (error) {
    box.replaceChildren(nothing(error instanceof Unreachable ? "没有网，连上网再看。" : error.message));
  }
}

function drawTrail(order, { papers, handovers, photos }) {
  const own = `/runner/orders/${order.number}`;
  const page = (href, words) => h("a.button", { href, target: "_blank" }, words);
  return [
    ...papers.map(drawPaper),
    ...handovers.map((note) => page(`${own}/handovers/${note.position}`, `材料交接单 第${note.position}张：${note.from_label}→${note.to_label} ${when(note.at)}`)),
    ...(order.help === "ON_BEHALF" ? [page(`${own}/letter`, "委托书：打印出来请市民签字")] : []),
    ...photos.map((photo) => page(`${own}/photos/${photo.id}`, `${photo.purpose_label} ${when(photo.at)}`)),
    ...(papers.length + handovers.length + photos.length ? [] : [nothing("取件以后，这里有每一张材料交接单。")]),
  ];
}

export function drawPaper(paper) {
  const count = paper.count > 1 ? `${paper.count}份` : "";
  return h("div.row", {}, h("b", {}, paper.name), h("small", {}, `${paper.original ? "原件" : "复印件"}${count}`),
    h("p", {}, `在${paper.holder_name || paper.holder_label}手上${paper.until ? `，${when(paper.until)}前要还` : ""}`));
}

// --- photos

/** Take a photo, make it small on the phone, and queue it. */
export async function takePhoto(order) {
  const purpose = await purposeOf(order);
  if (!purpose) return;
  const input = h("input", { type: "file", accept: "image/*", capture: "environment" });
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    app.queue.add({
      path: `/runner/orders/${order.number}/photos?purpose=${purpose}`, blob: await smaller(input.files[0]), about: shot(order),
      kind: "photo", label: `订单${order.number}的${PURPOSES[purpose]}`, done: "照片收到了。",
    });
  });
  input.click();
}

function purposeOf(order) {
  const proof = { COLLECT: ["COLLECTION"], DELIVER: ["DELIVERY"] }[order.next] ?? [];
  const letter = order.help === "ON_BEHALF" ? ["LETTER"] : [];
  return chooseFrom("拍什么？", [...proof, "PAPER", ...letter].map((purpose) => [purpose, PURPOSES[purpose]]));
}

/** The photo as a JPEG that poor reception can carry; a file that is no picture goes as it is and is refused. */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const shrink = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = h("canvas", { width: Math.round(picture.width * shrink), height: Math.round(picture.height * shrink) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  } catch {
    return file;
  }
}
