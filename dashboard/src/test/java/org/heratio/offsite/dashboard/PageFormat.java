package org.heratio.offsite.dashboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a page of documentation. Texts may have code between backticks. */
abstract class PageFormat {
    private static final String MADE = "Made from openapi.json by ApiPages: make api. Do not edit.";

    final StringBuilder out = new StringBuilder();

    abstract void heading(int level, String text);

    abstract void paragraph(String text);

    /** Writes nothing where there are no rows. */
    abstract void table(List<String> head, List<List<String>> rows);

    abstract void code(String text);

    String text() {
        return out.toString();
    }

    /** For GitHub. */
    static final class Markdown extends PageFormat {
        Markdown() {
            out.append("<!-- ").append(MADE).append(" -->\n# API\n");
        }

        @Override
        void heading(int level, String text) {
            out.append("\n").append("#".repeat(level)).append(' ').append(text).append("\n");
        }

        @Override
        void paragraph(String text) {
            out.append("\n").append(text).append("\n");
        }

        @Override
        void table(List<String> head, List<List<String>> rows) {
            if (!rows.isEmpty()) {
                out.append("\n");
                row(head);
                out.append("|").append("---|".repeat(head.size())).append("\n");
                rows.forEach(this::row);
            }
        }

        private void row(List<String> cells) {
            out.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }

        @Override
        void code(String text) {
            out.append("\n```\n").append(text).append("\n```\n");
        }
    }

    /** For the server, within the policy of its page. */
    static final class Html extends PageFormat {
        private final List<String> chapters = new ArrayList<>();

        @Override
        void heading(int level, String text) {
            String id = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
            if (level == 2) {
                chapters.add("<a href=\"#" + id + "\">" + escaped(text) + "</a>");
            }
            out.append("<h" + level + " id=\"" + id + "\">" + escaped(text) + "</h" + level + ">\n");
        }

        @Override
        void paragraph(String text) {
            out.append("<p>").append(escaped(text)).append("</p>\n");
        }

        @Override
        void table(List<String> head, List<List<String>> rows) {
            if (!rows.isEmpty()) {
                out.append("<div class=\"wide\" tabindex=\"0\"><table>\n<thead>");
                row(head, "th");
                out.append("</thead>\n<tbody>\n");
                rows.forEach(cells -> row(cells, "td"));
                out.append("</tbody>\n</table></div>\n");
            }
        }

        private void row(List<String> cells, String cell) {
            out.append("<tr>");
            cells.forEach(text -> out.append("<" + cell + ">" + escaped(text) + "</" + cell + ">"));
            out.append("</tr>\n");
        }

        @Override
        void code(String text) {
            out.append("<pre tabindex=\"0\"><code>").append(markup(text)).append("</code></pre>\n");
        }

        private static String markup(String text) {
            return text.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;");
        }

        private static String escaped(String text) {
            return markup(text).replaceAll("`([^`]*)`", "<code>$1</code>");
        }

        @Override
        String text() {
            return """
                    <!doctype html>
                    <!-- %s -->
                    <html lang="en">
                    <head>
                    <meta charset="utf-8">
                    <meta name="viewport" content="width=device-width, initial-scale=1">
                    <meta name="referrer" content="same-origin">
                    <meta name="color-scheme" content="light dark">
                    <title>API - Heratio Offsite</title>
                    <link rel="icon" type="image/svg+xml" href="favicon.svg">
                    <link rel="stylesheet" href="vendor/pico/pico.min.css">
                    <link rel="stylesheet" href="base.css">
                    <link rel="stylesheet" href="api.css">
                    <script src="theme.js"></script>
                    </head>
                    <body>
                    <main class="container">
                    <h1>API</h1>
                    <nav aria-label="Chapters">%s</nav>
                    %s</main>
                    </body>
                    </html>
                    """.formatted(MADE, String.join("\n", chapters), out);
        }
    }
}
