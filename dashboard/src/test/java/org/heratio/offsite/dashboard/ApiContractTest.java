package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document of the API: that it is one, that it tells of all that is served, and that nothing passes that it does not tell. */
final class ApiContractTest {
    private static final ApiContract CONTRACT = ApiContract.get();
    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");

    @TempDir
    static Path directory;

    private static PageFixture page;

    @BeforeAll
    static void open() throws Exception {
        page = new PageFixture(directory).start();
    }

    @AfterAll
    static void close() throws Exception {
        page.close();
    }

    /** Calls a visitor with each object in the document, and where it is. */
    private static void visit(String where, Object value, BiConsumer<String, JsonObject> visitor) {
        if (value instanceof JsonObject object) {
            visitor.accept(where, object);
            object.forEach(member -> visit(where + "/" + member.getKey(), member.getValue(), visitor));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                visit(where + "/" + i, array.getValue(i), visitor);
            }
        }
    }

    @Test
    void itIsADocumentOfOpenApi() throws Exception {
        OpenAPIVersion version = OpenAPIVersion.fromContract(CONTRACT.document());

        assertThat(version).isEqualTo(OpenAPIVersion.V3_1);
        assertThat(PageFixture.get(version.getRepository(page.vertx, "app://meta/")
                                .compose(schemas -> version.validateContract(page.vertx, schemas, CONTRACT.document())))
                        .getValid())
                .isTrue();
        assertThat(CONTRACT.operations().stream().map(known -> known.json().getString("operationId")))
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).matches("[a-z]+([A-Z][a-z]+)*"));
        visit("", CONTRACT.document(), (where, object) -> {
            if (object.getValue("$ref") instanceof String ref) {
                assertThat(ref).startsWith("#/components/");
                String[] parts = ref.split("/");
                assertThat(CONTRACT.document()
                                .getJsonObject("components")
                                .getJsonObject(parts[2])
                                .fieldNames())
                        .as(where)
                        .contains(parts[3]);
            }
        });
    }

    private static String needs(Endpoint.Access access) {
        return switch (access) {
            case OPEN, LOGIN -> "nothing";
            case METRICS, LOOK, LEAVE -> "reader";
            case ACT -> "admin";
        };
    }

    @Test
    void itHasEachAddressThatIsServedAndNoOther() {
        List<String> served = page.dashboard().endpoints().stream()
                // the files of the page
                .filter(endpoint -> endpoint.access() != Endpoint.Access.OPEN
                        || endpoint.path().startsWith("/health/"))
                .map(endpoint -> endpoint.method() + " " + endpoint.path().replaceAll(":([a-z_]+)", "{$1}") + " for "
                        + needs(endpoint.access()))
                .toList();

        assertThat(CONTRACT.operations().stream()
                        .map(known -> known.method() + " " + known.path() + " for "
                                + known.json().getString("x-needs")))
                .containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void eachAddressSaysWhatWhoMayNotGets() {
        for (ApiContract.Operation known : CONTRACT.operations()) {
            String needs = known.json().getString("x-needs");
            assertThat(known.json().getJsonObject("responses").fieldNames())
                    .as(known.path())
                    .contains("421", "500")
                    .containsAll(needs.equals("nothing") ? List.of() : List.of("401", "429"))
                    .containsAll(needs.equals("admin") ? List.of("403", "413", "415") : List.of());
            assertThat(new JsonArray().equals(known.json().getJsonArray("security")))
                    .as(known.path())
                    .isEqualTo(needs.equals("nothing"));
            assertThat(known.parameters("path"))
                    .as(known.path())
                    .containsExactlyInAnyOrderElementsOf(PARAMETER
                            .matcher(known.path())
                            .results()
                            .map(parameter -> parameter.group(1))
                            .toList());
        }
    }

    @Test
    void eachExampleIsAsItsSchemaAndHasNoSecret() {
        List<String> seen = new ArrayList<>();
        visit("", CONTRACT.document(), (where, object) -> {
            if (object.containsKey("example") && object.getJsonObject("schema").containsKey("$ref")) {
                CONTRACT.check(
                        ApiContract.name(object.getJsonObject("schema")),
                        object.getJsonObject("example").encode(),
                        where);
                seen.add(where);
            }
        });

        assertThat(seen).hasSizeGreaterThan(30);
        assertThat(CONTRACT.document().encode().replaceAll("\\b[0-9a-f]{64}\\b", "a hash"))
                .as("a token has 43 letters and digits")
                .doesNotContainPattern("(?=[a-zA-Z]*[0-9])[A-Za-z0-9-]{43}");
    }

    /** Records alone have their keys from the code; what is open hides a key that nobody wrote down. */
    @Test
    void eachObjectIsClosed() {
        visit("", CONTRACT.document().getJsonObject("components").getJsonObject("schemas"), (where, schema) -> {
            if (schema.containsKey("properties") && schema.getValue("type") != null && !where.startsWith("/OpenApi")) {
                assertThat(schema.getBoolean("additionalProperties")).as(where).isFalse();
            }
        });
    }

    @Test
    void aKeyThatIsNotDocumentedFailsAndSoDoesOneThatIsMissing() {
        JsonObject live = new JsonObject().put("status", "up");
        assertThat(CONTRACT.faults("Live", live.encode())).isEmpty();

        assertThat(CONTRACT.faults("Live", live.copy().put("more", 1).encode())).isNotEmpty();
        assertThat(CONTRACT.faults("Live", "{}")).isNotEmpty();
        Map<String, String> json = Map.of("content-type", "application/json");
        assertThatThrownBy(() -> CONTRACT.check(
                        HttpMethod.GET, "/health/live", "", new Reply(200, json, "{\"status\":\"up\",\"x\":1}")))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> CONTRACT.check(HttpMethod.GET, "/health/live", "", new Reply(418, json, "{}")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not documented");
    }

    @Test
    void itIsServedBehindTheLogin() throws Exception {
        assertThat(page.get("/openapi.json").status()).isEqualTo(401);
        Reply served = page.ask("/openapi.json");
        assertThat(served.json()).isEqualTo(CONTRACT.document());
    }
}
