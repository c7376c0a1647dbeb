import "./styles/designsystemet.css";
import "./styles/theme.css";
import "./styles/app.css";
import { mount } from "svelte";
import App from "./App.svelte";

const target = document.getElementById("app");
if (target) mount(App, { target });
