// The template function of the page: text stays text, whatever it holds.
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);
