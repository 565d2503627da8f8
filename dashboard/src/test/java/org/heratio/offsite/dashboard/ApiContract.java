package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.failure.ErrorCode;

/** What {@code openapi.json} promises. Each request of the tests, and each answer to it, is held to it. */
final class ApiContract {
    private static final String BASE = "app://offsite/openapi.json";
    private static final String PROBLEM = "application/problem+json";
    private static final Set<String> ERROR_CODES =
            Arrays.stream(ErrorCode.values()).map(Enum::name).collect(Collectors.toSet());
    private static final ApiContract CONTRACT = new ApiContract();

    private final JsonObject document = read();
    private final SchemaRepository schemas = SchemaRepository.create(new JsonSchemaOptions()
                    .setBaseUri(BASE)
                    .setDraft(Draft.DRAFT202012)
                    .setOutputFormat(OutputFormat.Basic))
            .dereference(BASE, JsonSchema.of(document.copy()));
    private final Map<String, Validator> validators = new ConcurrentHashMap<>();
    private final List<Operation> operations = document.getJsonObject("paths").stream()
            .flatMap(path -> ((JsonObject) path.getValue())
                    .stream()
                            .map(method -> new Operation(
                                    HttpMethod.valueOf(method.getKey().toUpperCase(Locale.ROOT)),
                                    path.getKey(),
                                    Pattern.compile(path.getKey().replaceAll("\\{[a-z_]+}", "[^/]+")),
                                    (JsonObject) method.getValue())))
            .toList();

    /** A method of a path. */
    record Operation(HttpMethod method, String path, Pattern paths, JsonObject json) {
        Set<String> parameters(String in) {
            return json.getJsonArray("parameters", new JsonArray()).stream()
                    .map(JsonObject.class::cast)
                    .filter(parameter -> parameter.getString("in").equals(in))
                    .map(parameter -> parameter.getString("name"))
                    .collect(Collectors.toSet());
        }
    }

    private ApiContract() {}

    static ApiContract get() {
        return CONTRACT;
    }

    private static JsonObject read() {
        try (InputStream stream = Objects.requireNonNull(Dashboard.class.getResourceAsStream("openapi.json"))) {
            return new JsonObject(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonObject document() {
        return document;
    }

    List<Operation> operations() {
        return operations;
    }

    /** Fails if a request or its answer is not as it is documented. */
    void check(HttpMethod method, String uri, String body, Reply reply) {
        String path = uri.split("\\?", 2)[0];
        Optional<Operation> found = operations.stream()
                .filter(known -> known.method().equals(method)
                        && known.paths().matcher(path).matches())
                .findFirst();
        String what = method + " " + uri + " " + reply.status();
        if (found.isEmpty()) {
            // a file of the page, or nothing at all
            if (path.startsWith("/api/")) {
                assertThat(reply.status()).as(what).isGreaterThanOrEqualTo(400);
            }
            if (type(reply).equals(PROBLEM) && !method.equals(HttpMethod.HEAD)) {
                check("Problem", reply.body(), what);
            }
            return;
        }
        Operation operation = found.get();
        JsonObject response = response(operation, reply.status());
        assertThat(response).as(what + " is not documented: " + reply.body()).isNotNull();
        check(response, reply, what);
        if (reply.status() < 300) {
            checkRequest(operation, uri, body, what);
        }
    }

    private void check(JsonObject response, Reply reply, String what) {
        response.getJsonObject("headers", new JsonObject())
                .fieldNames()
                .forEach(header -> assertThat(reply.headers()).as(what).containsKey(header.toLowerCase(Locale.ROOT)));
        JsonObject content = response.getJsonObject("content");
        if (content == null) {
            assertThat(reply.body()).as(what).isEmpty();
            return;
        }
        JsonObject media = content.getJsonObject(type(reply));
        assertThat(media).as(what + " as " + type(reply)).isNotNull();
        if (type(reply).endsWith("json")) {
            check(name(media.getJsonObject("schema")), reply.body(), what);
        }
        if (type(reply).equals(PROBLEM)) {
            String code = reply.json().getString("code");
            if (reply.status() < 500 || !ERROR_CODES.contains(code)) {
                assertThat(response.getJsonArray("x-codes")).as(what).contains(code);
            }
            assertThat(reply.json().getInteger("status")).as(what).isEqualTo(reply.status());
        }
    }

    private void checkRequest(Operation operation, String uri, String body, String what) {
        if (uri.contains("?")) {
            assertThat(operation.parameters("query"))
                    .as(what)
                    .containsAll(Arrays.stream(uri.split("\\?", 2)[1].split("&"))
                            .map(parameter -> parameter.split("=", 2)[0])
                            .toList());
        }
        JsonObject documented = operation.json().getJsonObject("requestBody");
        if (documented != null && !body.isEmpty()) {
            JsonObject json = documented.getJsonObject("content").getJsonObject("application/json");
            check(name(json.getJsonObject("schema")), body, what + ", its request");
        }
    }

    /** Returns what is documented for a status, or null. */
    JsonObject response(Operation operation, int status) {
        JsonObject response = operation.json().getJsonObject("responses").getJsonObject(Integer.toString(status));
        if (response == null || !response.containsKey("$ref")) {
            return response;
        }
        return document.getJsonObject("components").getJsonObject("responses").getJsonObject(name(response));
    }

    /** Fails if a text is not JSON of a schema of the document. */
    void check(String schema, String json, String what) {
        assertThat(faults(schema, json)).as(what + ": " + json).isEmpty();
    }

    /** Returns what is wrong with a text. */
    List<String> faults(String schema, String json) {
        OutputUnit output = validators
                .computeIfAbsent(schema, name -> schemas.validator(BASE + "#/components/schemas/" + name))
                .validate(new JsonObject(json));
        return Boolean.TRUE.equals(output.getValid())
                ? List.of()
                : output.getErrors().stream()
                        .map(error -> error.getInstanceLocation() + ": " + error.getError())
                        .toList();
    }

    static String name(JsonObject reference) {
        String ref = reference.getString("$ref");
        return ref.substring(ref.lastIndexOf('/') + 1);
    }

    private static String type(Reply reply) {
        return reply.headers().getOrDefault("content-type", "").split(";", 2)[0];
    }
}
