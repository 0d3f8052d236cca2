// The two functions of react-dom that the studio calls; Preact provides them.

declare module "react-dom" {
  export function flushSync(change: () => void): void;
}

declare module "react-dom/client" {
  import type { ReactNode } from "react";

  export function createRoot(element: Element): { render(node: ReactNode): void };
}
