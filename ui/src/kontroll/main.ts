import "../styles/designsystemet.css";
import "../styles/theme.css";
import "../styles/app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { kontroll } from "./kontroll.svelte";
import { takeOpened } from "./opened";
import { workOffline } from "./offline.svelte";

void kontroll.start(takeOpened());
const target = document.getElementById("app");
if (target) mount(App, { target });
void workOffline();
