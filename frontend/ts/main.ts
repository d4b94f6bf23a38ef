/** Everything a page needs: the styles, and the elements that only add behaviour. Charts load when one is there. */
import "../styles/main.css";
import { showOpenTabs } from "./tabs";
import { settleSent } from "./typed";
import "./copy-button";
import "./deadline-timer";
import "./dialogs";
import "./equipment-check";
import "./exam-player";
import "./file-field";
import "./live-region";
import "./own-time-zone";
import "./points-reason";
import "./reply-box";
import "./seat-grid";
import "./split-keys";
import "./theme-switch";
import "./tide-chart";
import "./tide-form";
import "./tide-menu";
import "./tide-toasts";
import "./trouble";

settleSent();
showOpenTabs();
