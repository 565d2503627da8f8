package org.heratio.offsite.dashboard;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Makes the pages of documentation from the document of the API: one for GitHub, one for the server itself. */
final class ApiPages {
    /** What is told once, and not for each address. */
    private static final Set<String> COMMON = Set.of("421", "429", "500");

    private final JsonObject document;
    private final PageFormat out;

    private ApiPages(JsonObject document, PageFormat out) {
        this.document = document;
        this.out = out;
    }

    /** Returns a page. */
    static String of(JsonObject document, Supplier<PageFormat> format) {
        PageFormat out = format.get();
        new ApiPages(document, out).write();
        return out.text();
    }

    private void write() {
        out.paragraph(document.getJsonObject("info").getString("description"));
        out.heading(2, "Who may ask");
        List<List<String>> schemes = new ArrayList<>();
        components("securitySchemes")
                .forEach(scheme -> schemes.add(List.of(
                        "`" + scheme.getKey() + "`", ((JsonObject) scheme.getValue()).getString("description"))));
        out.table(List.of("by", ""), schemes);
        out.heading(2, "What each request may get");
        List<List<String>> common = new ArrayList<>();
        components("responses").stream()
                .map(response -> (JsonObject) response.getValue())
                .filter(response -> COMMON.contains(status(response)))
                .forEach(response -> common.add(answer(status(response), response)));
        out.table(List.of("status", "answer", ""), common);
        for (JsonObject tag : objects(document.getJsonArray("tags"))) {
            out.heading(2, tag.getString("name"));
            out.paragraph(tag.getString("description"));
            ApiContract.get().operations().stream()
                    .filter(operation -> operation.json().getJsonArray("tags").contains(tag.getString("name")))
                    .forEach(this::operation);
        }
        out.heading(2, "Objects");
        components("schemas").forEach(schema -> object(schema.getKey(), (JsonObject) schema.getValue()));
    }

    private JsonObject components(String part) {
        return document.getJsonObject("components").getJsonObject(part);
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array == null
                ? List.of()
                : array.stream().map(JsonObject.class::cast).toList();
    }

    private void operation(ApiContract.Operation operation) {
        JsonObject json = operation.json();
        out.heading(3, operation.method() + " " + operation.path());
        out.paragraph(json.getString("summary") + "."
                + (json.containsKey("description") ? " " + json.getString("description") : "")
                + switch (json.getString("x-needs")) {
                    case "admin" -> " For administrators.";
                    case "nothing" -> " It needs no token.";
                    default -> "";
                });
        List<List<String>> parameters = new ArrayList<>();
        for (JsonObject parameter : objects(json.getJsonArray("parameters"))) {
            parameters.add(List.of(
                    "`" + parameter.getString("name") + "`",
                    type(parameter.getJsonObject("schema"))
                            + (parameter.getBoolean("required", false) ? "" : ", optional"),
                    parameter.getString("description")));
        }
        out.table(List.of("parameter", "type", ""), parameters);
        JsonObject body = json.getJsonObject("requestBody");
        if (body != null) {
            JsonObject media = body.getJsonObject("content").getJsonObject("application/json");
            out.paragraph("It takes `" + ApiContract.name(media.getJsonObject("schema")) + "`:");
            out.code(media.getJsonObject("example").encodePrettily());
        }
        answers(operation);
    }

    private void answers(ApiContract.Operation operation) {
        List<List<String>> answers = new ArrayList<>();
        for (String status : operation.json().getJsonObject("responses").fieldNames()) {
            if (!COMMON.contains(status)) {
                answers.add(answer(status, ApiContract.get().response(operation, Integer.parseInt(status))));
            }
        }
        out.table(List.of("status", "answer", ""), answers);
        JsonObject content = ApiContract.get().response(operation, 200) == null
                ? null
                : ApiContract.get().response(operation, 200).getJsonObject("content");
        if (content != null) {
            Object example = ((JsonObject) content.iterator().next().getValue()).getValue("example");
            out.code(
                    example instanceof JsonObject object
                            ? object.encodePrettily()
                            : example.toString().strip());
        }
    }

    private static String status(JsonObject problem) {
        JsonObject media = problem.getJsonObject("content").getJsonObject("application/problem+json");
        return media.getJsonObject("example").getInteger("status").toString();
    }

    private static List<String> answer(String status, JsonObject response) {
        JsonArray codes = response.getJsonArray("x-codes", new JsonArray());
        return List.of(
                status,
                content(response) + codes.stream().map(code -> "`" + code + "`").collect(Collectors.joining(", ")),
                response.getString("description"));
    }

    private static String content(JsonObject response) {
        JsonObject content = response.getJsonObject("content", new JsonObject());
        return content.stream()
                .filter(media -> !media.getKey().equals("application/problem+json"))
                .map(media -> {
                    JsonObject schema = ((JsonObject) media.getValue()).getJsonObject("schema");
                    return "`" + (schema.containsKey("$ref") ? ApiContract.name(schema) : media.getKey()) + "`";
                })
                .collect(Collectors.joining(", "));
    }

    private void object(String name, JsonObject schema) {
        out.heading(3, name);
        out.paragraph(schema.getString("description"));
        List<List<String>> keys = new ArrayList<>();
        keys("", schema, keys);
        out.table(List.of("key", "type", ""), keys);
    }

    private static void keys(String prefix, JsonObject schema, List<List<String>> rows) {
        JsonArray required = schema.getJsonArray("required", new JsonArray());
        schema.getJsonObject("properties", new JsonObject()).forEach(property -> {
            JsonObject of = (JsonObject) property.getValue();
            rows.add(List.of(
                    "`" + prefix + property.getKey() + "`",
                    type(of) + (required.contains(property.getKey()) ? "" : ", optional"),
                    of.getString("description", "")));
            keys(prefix + property.getKey() + ".", of, rows);
        });
    }

    private static String type(JsonObject schema) {
        if (schema.containsKey("$ref")) {
            return "`" + ApiContract.name(schema) + "`";
        }
        if (schema.containsKey("anyOf") && !schema.containsKey("type")) {
            return objects(schema.getJsonArray("anyOf")).stream()
                    .map(ApiPages::type)
                    .collect(Collectors.joining(" or "));
        }
        if (schema.containsKey("enum")) {
            return schema.getJsonArray("enum").stream()
                    .map(value -> "`" + value + "`")
                    .collect(Collectors.joining(", "));
        }
        if (schema.getValue("type") instanceof JsonArray types) {
            return types.stream().map(type -> word(type.toString(), schema)).collect(Collectors.joining(" or "));
        }
        return word(schema.getString("type"), schema);
    }

    private static String word(String type, JsonObject schema) {
        return switch (type) {
            case "string" -> "date-time".equals(schema.getString("format")) ? "time" : "text";
            case "integer" -> "number";
            case "boolean" -> "true or false";
            case "array" -> "list of " + type(schema.getJsonObject("items"));
            default -> type.toLowerCase(Locale.ROOT);
        };
    }
}
