// A picture of one's own: the guidelines, the camera and what it says, the look at it, and every way it can fail.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import ts from "typescript";
import * as f from "./fixtures.mjs";
import { flows } from "./flow.mjs";
import { pngFile } from "./qr.mjs";

const { test } = flows();

const state = f.enrolling(f.waiting.photo_missing, { library: f.library });
const review = f.enrolling(f.waiting.photo_in_review, { library: f.library });
const sent = (next) => ({ kind: "sent", state: next });
/** Nora in front of the camera; what the core says of it is the test's. */
const nora = (answers = {}, more = {}) => ({ state, face: f.photos.nora, answers, ...more });
/** Nothing is taken by itself. */
const still = { check_frame: f.frame("dark") };

const toCamera = async ({ button }) => {
  await button("Ta eller velg et bilde").click();
  await button("Ta en selfie").click();
};
const take = async (app) => {
  await app.button("Ta bildet").and(app.page.locator(":enabled")).click();
};
const isOff = (page) => page.waitForFunction(() => window.__streams.flatMap((stream) => stream.getTracks()).every((track) => track.readyState === "ended"));
/** Any picture: what is in it is for the core to say. */
const file = await pngFile("a picture");

async function guidance() {
  const source = await readFile(new URL("../src/lib/guidance.ts", import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: "ES2022", module: "ESNext" } });
  return (await import(`data:text/javascript,${encodeURIComponent(outputText)}`)).Guidance;
}
const Guidance = await guidance();
/** What is said after each of these frames, one every 200 ms. */
const said = (frames, guide = new Guidance()) =>
  frames.map((frame, index) => {
    guide.take(frame, index * 200);
    return guide.message.kind === "do" ? guide.message.rule : guide.message.kind;
  });
const times = (count, frame) => Array.from({ length: count }, () => frame);

describe("what the live view says", () => {
  it("is said once two frames in a row agree", () => {
    assert.deepEqual(said([f.frame("dark"), f.frame("too_far"), f.frame("dark"), f.frame("dark")]), ["looking", "looking", "looking", "dark"]);
  });

  it("stays for a second and a half, so that it can be read and spoken", () => {
    const all = said([...times(2, f.frame("no_face")), ...times(10, f.frame("dark"))]);
    assert.equal(all.indexOf("no_face"), 1);
    assert.equal(all.indexOf("dark"), 9, "200 ms after the first, and 1 500 ms later");
  });

  it("a picture is due a second after nothing stands in its way, advice or not, and not as soon as the view opens", () => {
    const guide = new Guidance();
    const due = (frame, from, to) => {
      for (let now = from; now <= to; now += 200) guide.take(frame, now);
      return guide.progress(to);
    };
    assert.equal(due(f.frame(), 0, 1_000), 0, "the person is not ready yet");
    assert.ok(due(f.frame(), 1_200, 1_800) < 1);
    assert.equal(due(f.frame(), 2_000, 2_000), 1);
    assert.equal(due(f.frame("blur"), 2_200, 2_200), 0, "begins anew");
    assert.equal(due(f.frame("mouth", { verdict: "advise" }), 2_400, 2_400), 0);
    assert.ok(due(f.frame("mouth", { verdict: "advise" }), 2_600, 3_600) < 1, "advice wants time to be followed");
    assert.equal(due(f.frame("mouth", { verdict: "advise" }), 3_800, 5_400), 1);
  });

  it("nothing is taken while the screen says that something is in the way", () => {
    const guide = new Guidance();
    let now = 0;
    const take = (count, frame) => times(count, frame).forEach(() => guide.take(frame, (now += 200)));
    take(2, f.frame("no_face"));
    take(8, f.frame("dark"));
    assert.equal(guide.message.rule, "dark");
    take(6, f.frame());
    assert.equal(guide.message.rule, "dark", "held, so that it can be read");
    assert.equal(guide.progress(now), 0);
    take(8, f.frame());
    assert.equal(guide.message.kind, "good");
    assert.equal(guide.progress(now), 1);
  });

  it("what wavers in degree or side is said all the same, once", () => {
    const wavering = (rule) => [f.frame(rule, { direction: "left" }), f.frame(rule, { direction: "right", verdict: "advise" })];
    assert.equal(said([...wavering("roll"), ...wavering("roll")]).at(-1), "roll");
  });

  it("after ten seconds of something in the way it is stuck", () => {
    const guide = new Guidance();
    for (let now = 0; now <= 10_000; now += 200) {
      guide.take(f.frame("no_face"), now);
      assert.equal(guide.isStuck(now), now === 10_000);
    }
    guide.take(f.frame(), 10_200);
    assert.equal(guide.isStuck(10_200), false);
  });
});

describe("the guidelines", () => {
  test("come first, say that the frames stay here, and offer the three ways", nora(still), async ({ page, button, heading, text, calls }) => {
    await button("Ta eller velg et bilde").click();
    await heading("Slik blir bildet bra");
    for (const words of ["Hijab og andre hodeplagg er fint når ansiktet vises", "For mørkt", "Mens du tar bildet, ser bare telefonen på det"]) await text(words);
    for (const way of ["Ta en selfie", "La en annen ta det", "Velg et bilde"]) await button(way).waitFor();
    assert.equal(await page.evaluate(() => window.__streams.length), 0, "no camera before it is asked for");
    assert.equal((await calls("check_frame")).length, 0);
  });

  test("the way back leads to where the library card is one tap away", nora(still), async ({ page, button, heading }) => {
    await button("Ta eller velg et bilde").click();
    await button("Tilbake").click();
    await heading("Vi mangler et bilde av deg");
    await button("Vis bibliotekkortet").click();
    await page.getByRole("img", { name: /N004417829/ }).waitFor();
  });
});

describe("the camera", () => {
  const hints = { check_frame: { sequence: [...times(8, f.frame("no_face")), ...times(12, f.frame("framing", { direction: "right" })), ...times(12, f.frame("too_far")), f.frame("dark")] } };

  test("says one hint at a time, politely, in the order in which things are put right", nora(hints), async (app) => {
    // Written down in the page: a hint may be gone again before a busy machine has looked.
    await app.page.evaluate(() => {
      window.__hints = [];
      new MutationObserver(() => {
        const now = [...document.querySelectorAll(".hint")].map((each) => each.textContent.trim());
        if (now.length > 0 && now.join("|") !== window.__hints.at(-1)) window.__hints.push(now.join("|"));
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await toCamera(app);
    await app.page.getByRole("status").filter({ hasText: "Det er for mørkt" }).waitFor();
    const hints = await app.page.evaluate(() => window.__hints);
    const wanted = ["Vi ser ikke ansiktet tydelig", "Flytt deg litt til høyre", "Kom litt nærmere", "Det er for mørkt"];
    assert.deepEqual(wanted.map((words) => hints.findIndex((hint) => hint.includes(words))), [0, 1, 2, 3].map((at) => at + hints.length - 4), hints.join(" / "));
    assert.ok(hints.every((hint) => !hint.includes("|")), "never two");
    assert.equal((await app.calls("check_picture")).length, 0, "nothing is taken of a bad view");
  });

  test("the picture is mirrored for the eye alone, and is a JPEG of the shape that is shown", nora(still), async (app) => {
    await toCamera(app);
    await app.page.locator(".view.mirrored video").waitFor();
    await app.text("Det er for mørkt");
    const size = (jpeg) => app.page.evaluate(async (base64) => {
      const picture = new Image();
      picture.src = `data:image/jpeg;base64,${base64}`;
      await picture.decode();
      return [picture.naturalWidth, picture.naturalHeight];
    }, jpeg);
    assert.deepEqual(await size((await app.calls("check_frame"))[0].args.jpeg), [360, 480]);
    await take(app);
    await app.heading("Det ble bra!");
    const [{ args }] = await app.calls("check_picture");
    assert.equal(args.source, "selfie");
    assert.deepEqual(await size(args.jpeg), [480, 640], "as large as the camera gives it");
  });

  test("looks at one frame at a time", nora({ check_frame: "pending" }), async (app) => {
    await toCamera(app);
    await app.page.waitForFunction(() => window.__core.calls.some((call) => call.command === "check_frame"));
    await app.page.waitForTimeout(700);
    assert.equal((await app.calls("check_frame")).length, 1);
    await app.settle("check_frame", f.frame("dark"));
    await app.page.waitForFunction(() => window.__core.calls.filter((call) => call.command === "check_frame").length === 2);
  });

  test("takes the picture by itself once all is well, and is off before it is looked at", nora({ check_frame: f.frame() }), async (app) => {
    await toCamera(app);
    await app.heading("Det ble bra!");
    assert.equal((await app.calls("check_picture")).length, 1);
    await isOff(app.page);
  });

  test("takes nothing by itself for those who prefer the button, and remembers that", nora(still), async (app) => {
    await toCamera(app);
    // Before all is well: otherwise the picture might be taken before the switch is pressed.
    await app.page.getByRole("switch", { name: "Ta bildet av seg selv når alt er bra" }).press("Space");
    await app.answer("check_frame", f.frame());
    await app.text("Fint! Trykk når du er klar");
    await app.page.waitForTimeout(1_500);
    assert.equal((await app.calls("check_picture")).length, 0);
    await app.button("Tilbake").click();
    await app.button("Ta en selfie").click();
    assert.equal(await app.page.getByRole("switch").isChecked(), false);
    await take(app);
    await app.heading("Det ble bra!");
  });

  test("is off when the page is hidden, and on again when it is back", nora(still), async ({ page, button, ...app }) => {
    await toCamera({ button });
    await app.text("Det er for mørkt");
    const hide = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await hide(true);
    await isOff(page);
    await hide(false);
    await page.waitForFunction(() => window.__streams.length === 2);
    await page.goBack();
    await app.heading("Slik blir bildet bra");
    await isOff(page);
  });

  test("another person may hold it: the rear camera, nothing mirrored, and words for them", nora({ check_frame: "pending" }), async ({ page, button, text }) => {
    await button("Ta eller velg et bilde").click();
    await button("La en annen ta det").click();
    await text("Gi telefonen til en annen");
    await page.locator(".oval").waitFor();
    assert.equal(await page.locator(".view.mirrored").count(), 0);
  });

  test("that is not allowed is said, and a file leads on", nora({}, { face: null, camera: false }), async (app) => {
    await toCamera(app);
    await app.page.getByRole("alert").getByText(/Appen får ikke bruke kameraet|Fant ikke noe kamera/).waitFor();
    await app.give(file);
    await app.heading("Det ble bra!");
    assert.equal((await app.calls("check_picture"))[0].args.source, "upload");
  });
});

describe("a camera that fails", () => {
  const failing = { check_frame: f.frame(), check_picture: { reject: f.problem("internal", "bug") } };
  test("nothing is tried over and over by itself", nora(failing), async (app) => {
    await toCamera(app);
    await app.page.getByRole("alert").first().waitFor();
    await app.page.waitForTimeout(3_500);
    assert.equal((await app.calls("check_picture")).length, 1);
  });

  test("or is pulled out is said, and off", nora(still), async (app) => {
    await toCamera(app);
    await app.text("Det er for mørkt");
    await app.page.evaluate(() => window.__streams.at(-1).getTracks().forEach((track) => track.dispatchEvent(new Event("ended"))));
    await app.page.getByRole("alert").getByText("Kameraet er opptatt").waitFor();
    await isOff(app.page);
  });
});

describe("a picture file", () => {
  test("becomes an upright JPEG before the core sees it, whatever it was", nora(), async ({ button, give, heading, calls }) => {
    await button("Ta eller velg et bilde").click();
    await give(file);
    await heading("Det ble bra!");
    const [{ args }] = await calls("check_picture");
    assert.ok(Buffer.from(args.jpeg, "base64").subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])));
    await button("Velg et annet").waitFor();
  });

  test("that is no picture is said", nora(), async ({ button, give, text, calls }) => {
    await button("Ta eller velg et bilde").click();
    await give({ name: "notat.jpg", mimeType: "image/jpeg", buffer: Buffer.from("hei") });
    await text("Bildet kan ikke leses");
    assert.equal((await calls("check_picture")).length, 0);
  });
});

describe("the look at the picture", () => {
  test("a good one is sent, and the card follows", nora({ ...still, submit_picture: sent(f.home()) }), async (app) => {
    await toCamera(app);
    await take(app);
    await app.text("Når bildet er tatt i bruk, låses det");
    await app.button("Bruk dette bildet").click();
    await app.page.getByRole("article").waitFor();
    assert.deepEqual((await app.calls("submit_picture"))[0].args, { id: "picture-good", anyway: false });
    assert.equal((await app.calls("drop_picture")).length, 0, "it was sent");
  });

  test("one that the school looks at first is said to be there", nora({ ...still, submit_picture: sent(review) }), async (app) => {
    await toCamera(app);
    await take(app);
    await app.button("Bruk dette bildet").click();
    await app.heading("Bildet er sendt");
    await app.text("Noen på skolen skal se på det");
    await app.button("Vis bibliotekkortet").waitFor();
    assert.equal(await app.button("Ta eller velg et bilde").count(), 0, "nothing has to be done");
  });

  const advice = f.picture([f.found("side", false), f.found("mouth", false)]);
  test("advice is said and may be followed or not; a retake forgets the first", nora({ ...still, check_picture: { sequence: [advice, f.picture()] } }), async (app) => {
    await toCamera(app);
    await take(app);
    await app.heading("Dette kan bli bedre");
    await app.text("Lyset kommer fra siden. Snu deg mot lyset.");
    await app.button("Bruk dette bildet").waitFor();
    await app.button("Ta et nytt").click();
    await take(app);
    await app.heading("Det ble bra!");
    assert.deepEqual((await app.calls("drop_picture"))[0].args, { id: "picture-side-mouth" });
  });

  const blurred = f.picture([f.found("blur")]);
  test("after three that would not do, a person may look at it instead", nora({ ...still, check_picture: blurred, submit_picture: sent(review) }), async (app) => {
    await toCamera(app);
    for (const last of [false, false, true]) {
      await take(app);
      await app.heading("Dette bildet går ikke");
      assert.equal(await app.button("Bruk dette bildet").count(), 0);
      assert.equal(await app.button("Send det likevel").count(), last ? 1 : 0);
      if (!last) await app.button("Ta et nytt").click();
    }
    await app.text("så ser noen på skolen på bildet");
    await app.button("Send det likevel").click();
    await app.heading("Bildet er sendt");
    assert.deepEqual((await app.calls("submit_picture"))[0].args, { id: "picture-blur", anyway: true });
  });

  test("what the county's own check says is said here too", nora({ ...still, submit_picture: { kind: "unusable", reasons: ["covered"] } }), async (app) => {
    await toCamera(app);
    await take(app);
    await app.button("Bruk dette bildet").click();
    await app.heading("Dette bildet går ikke");
    assert.equal(await app.page.evaluate(() => document.activeElement?.tagName), "H1", "heard, too");
    await app.text("Dekker noe en del av ansiktet?");
    await app.button("Ta et nytt").waitFor();
  });

  test("too many in one day is said, with whom to ask, and nothing more is sent", nora({ ...still, submit_picture: { reject: f.problem("photo_too_many", "expected") } }), async (app) => {
    await toCamera(app);
    await take(app);
    await app.button("Bruk dette bildet").click();
    await app.text("Du har prøvd mange ganger i dag");
    await app.text(f.contacts.school.name);
    assert.equal(await app.button("Bruk dette bildet").count(), 0);
  });

  test("a photo that is locked already is said so, and what is true now comes next", nora({ ...still, submit_picture: { reject: f.problem("photo_locked", "expected") }, check_again: f.home() }), async (app) => {
    await toCamera(app);
    await take(app);
    await app.button("Bruk dette bildet").click();
    await app.heading("Du har allerede et låst bilde");
    await app.page.getByRole("button", { name: "Tilbake" }).last().click();
    await app.page.getByRole("article").waitFor();
  });

  test("cannot be left while it is on its way", nora({ ...still, submit_picture: "pending" }), async (app) => {
    await toCamera(app);
    await take(app);
    await app.button("Bruk dette bildet").click();
    await app.page.getByRole("status").getByText("Sender bildet").waitFor();
    assert.equal(await app.button("Tilbake").count(), 0);
    await app.settle("submit_picture", sent(f.home()));
    await app.page.getByRole("article").waitFor();
  });

  test("without a network it waits, to be sent again", nora({ ...still, submit_picture: { sequence: [{ reject: f.problem("no_network") }, sent(f.home())] } }), async (app) => {
    await toCamera(app);
    await take(app);
    await app.button("Bruk dette bildet").click();
    await app.text("Ingen nettforbindelse");
    await app.button("Bruk dette bildet").click();
    await app.page.getByRole("article").waitFor();
  });

  test("back is back at the camera, and the picture is forgotten", nora(still), async (app) => {
    await toCamera(app);
    await take(app);
    await app.heading("Det ble bra!");
    await app.page.goBack();
    await app.page.locator(".oval").waitFor();
    assert.deepEqual((await app.calls("drop_picture"))[0].args, { id: "picture-good" });
  });
});

describe("the school's answer", () => {
  test("a picture that was sent back says why, and leads to a new one", { state: f.enrolling(f.waiting.photo_returned) }, async ({ button, heading, text }) => {
    await heading("Skolen vil ha et annet bilde");
    await text("Vi ser ikke øynene dine bak solbrillene.");
    await text("Ta av solbrillene.");
    await button("Ta eller velg et bilde").click();
    await heading("Slik blir bildet bra");
  });

  test("“not me” tells the school and leads to a new one", { state: f.enrolling(f.photoToConfirm), answers: { reject_photo: f.enrolling(f.waiting.photo_rejected) } }, async ({ page, button, heading, text }) => {
    await button("Dette er ikke meg").click();
    await text("skolen får vite at det ikke er deg");
    await page.getByRole("button", { name: "Nei, det er ikke meg" }).click();
    await heading("Da trenger vi et nytt bilde");
    await button("Ta eller velg et bilde").click();
    await heading("Slik blir bildet bra");
  });

  test("whoever is it but wants a better picture may take one", { state: f.enrolling(f.photoToConfirm) }, async ({ button, heading }) => {
    await button("Det er meg, men jeg vil ta et nytt bilde").click();
    await heading("Slik blir bildet bra");
  });

  test("a reset beside a card that still shows says so, and leads to a new picture", { state: f.home(f.nora, { notice: f.waiting.photo_reset }) }, async ({ button, heading, text }) => {
    await text("Du kan ta et nytt bilde");
    await button("Les mer").click();
    await text("Du ba om å få bytte bilde.");
    await button("Ta eller velg et bilde").click();
    await heading("Slik blir bildet bra");
  });
});
