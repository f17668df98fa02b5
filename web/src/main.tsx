import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "./look/look.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { askAhead } from "./ahead";
import { announceNonce } from "./look/nonce";

announceNonce();
void askAhead(window.location.pathname);
const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root element.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
