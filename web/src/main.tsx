import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { createQueryClient } from "./api/queries";
import { Shell } from "./shell/Shell";
import { restoreTheme } from "./shell/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import { Toasts } from "./ui";

restoreTheme();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <Toasts>
        <Shell />
      </Toasts>
    </QueryClientProvider>
  </StrictMode>,
);
