package org.heratio.offsite.operations.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON. The keys are the names of the components in snake case and in their order, states are in lower case, and times
 * are ISO 8601 in UTC. The schema is documented in {@code docs/json.md} and only ever grows.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addSerializer(Enum.class, new StateValue())
                    .addKeySerializer(Enum.class, new StateKey()))
            .build();

    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private Json() {}

    /** Returns the JSON of a record, or of a list of records. */
    public static String print(Object records) {
        try {
            return MAPPER.writeValueAsString(records);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a record of plain values", e);
        }
    }

    /** Returns the same JSON in one line. */
    public static String line(Object records) {
        try {
            return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(records);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a record of plain values", e);
        }
    }

    /** Returns the keys and values that the JSON of a record has. */
    public static Map<String, @Nullable Object> fields(Object object) {
        return MAPPER.convertValue(object, OBJECT);
    }

    /** Returns the keys and values of a JSON object that was printed here. */
    public static Map<String, @Nullable Object> read(String json) {
        try {
            return MAPPER.readValue(json, OBJECT);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a JSON object", e);
        }
    }

    private static String word(Object state) {
        return ((Enum<?>) state).name().toLowerCase(Locale.ROOT);
    }

    private static final class StateValue extends StdSerializer<Object> {
        private static final long serialVersionUID = 1;

        StateValue() {
            super(Object.class);
        }

        @Override
        public void serialize(Object state, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(word(state));
        }
    }

    private static final class StateKey extends StdSerializer<Object> {
        private static final long serialVersionUID = 1;

        StateKey() {
            super(Object.class);
        }

        @Override
        public void serialize(Object state, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeFieldName(word(state));
        }
    }
}
