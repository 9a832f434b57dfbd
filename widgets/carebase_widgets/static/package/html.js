// A course opened from a folder: progress is kept in the browser where that allows it.

import { makePlayer } from "./player.js";

makePlayer().start();
