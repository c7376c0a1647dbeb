// The page /minid.
import "../styles/designsystemet.css";
import "../styles/theme.css";
import "../styles/app.css";
import { mount } from "svelte";
import { pageDoor } from "./door-page";
import { guide } from "./guide.svelte";
import Guide from "./Guide.svelte";

// For the sheets: where the pupils find what the teacher has found.
guide.address = `${location.host}${location.pathname}`;
const target = document.getElementById("app");
if (target) mount(Guide, { target, props: { door: pageDoor } });
