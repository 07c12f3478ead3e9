import "uplot/dist/uPlot.min.css";
import "./styles/trends.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { connectHost, type VsCodeApi } from "./shared/host.ts";

declare function acquireVsCodeApi(): VsCodeApi;

const root = document.getElementById("app");
if (root !== null) {
  const api = acquireVsCodeApi();
  const host = connectHost(api, window);
  window.addEventListener("error", (event) => host.notify({ type: "failed", message: event.message }));
  window.addEventListener("unhandledrejection", (event) => host.notify({ type: "failed", message: String(event.reason) }));
  render(<App host={host} api={api} />, root);
}
