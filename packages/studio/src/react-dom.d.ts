// The one function of react-dom that the studio calls; Preact provides it.

declare module "react-dom/client" {
  import type { ReactNode } from "react";

  export function createRoot(element: Element): { render(node: ReactNode): void };
}
