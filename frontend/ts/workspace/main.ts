/** The agent's workspace page. */
import "./live-workspace";
