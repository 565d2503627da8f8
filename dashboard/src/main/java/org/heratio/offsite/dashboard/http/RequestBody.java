package org.heratio.offsite.dashboard.http;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Reads the JSON of a request, and refuses what is none. */
public final class RequestBody {
    private RequestBody() {}

    /** Returns the body, which has to be an object. */
    public static JsonObject of(RoutingContext context) {
        try {
            JsonObject body = context.body().asJsonObject();
            if (body != null) {
                return body;
            }
        } catch (DecodeException | ClassCastException e) {
            throw noObject();
        }
        throw noObject();
    }

    private static ProblemException noObject() {
        return ProblemException.badRequest("the body is no JSON object", null);
    }

    /** Returns a text that has to be there. */
    public static String text(JsonObject body, String key) {
        if (body.getValue(key) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw ProblemException.badRequest("'" + key + "' has to be a text", null);
    }
}
