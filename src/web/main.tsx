import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error("expected an element #root in index.html, found none");
createRoot(root).render(<App />);
