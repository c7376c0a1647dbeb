import "./styles/designsystemet.css";
import "./styles/theme.css";
import "./styles/app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { feelVerdict } from "./lib/haptics";
import { feelBy } from "./lib/signal";

feelBy(feelVerdict);

const target = document.getElementById("app");
if (target) mount(App, { target });
