// A host of MCP Apps in a page: the bridge of the extension's own package, with a server whose answers the test gives.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

/** Opens the page of the app in a sandboxed frame; `window.answer(name, arguments)` answers its calls of tools. */
globalThis.openApp = async ({ html, context, capabilities }) => {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = "app";
  frame.style.cssText = "width: 760px; border: 0";
  document.body.replaceChildren(frame);
  const bridge = new AppBridge(null, { name: "test-host", version: "1" }, capabilities, {
    hostContext: context,
  });
  globalThis.bridge = bridge;
  globalThis.told = [];
  globalThis.sizes = [];
  bridge.oncalltool = async ({ name, arguments: given }) => {
    globalThis.told.push({ call: name, arguments: given });
    return await globalThis.answer(name, given);
  };
  bridge.onopenlink = async ({ url }) => {
    globalThis.told.push({ open: url });
    return {};
  };
  bridge.onupdatemodelcontext = async ({ content }) => {
    globalThis.told.push({ model: content[0].text });
    return {};
  };
  bridge.onsizechange = ({ height }) => {
    globalThis.sizes.push(height);
    frame.style.height = `${height}px`;
  };
  const ready = new Promise((resolve) => (bridge.oninitialized = resolve));
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = html;
  await ready;
};
