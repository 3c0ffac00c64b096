import type { Theme } from "vitepress";
import Layout from "./layout.vue";
import "./style.css";

export default { Layout } satisfies Theme;
