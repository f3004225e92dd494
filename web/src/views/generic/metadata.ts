export { shown } from "../../texts";
