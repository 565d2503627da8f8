package org.heratio.offsite.destination;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.destination.DestinationContract.Action;

/** The methods of a destination, for what a suite says of each of them. */
final class Calls {
    /** Methods that may have nothing to ask the far side for. */
    static final Set<String> MAY_DO_NOTHING = Set.of("remoteChecksum", "removeAbandoned");

    private Calls() {}

    /** Returns a call of each method that takes a name, by the method. */
    static Map<String, Action> naming(Destination destination, PutRequest request) {
        String name = request.name();
        Map<String, Action> calls = new LinkedHashMap<>();
        calls.put("look", () -> destination.look(name));
        calls.put("stat", () -> destination.stat(name));
        calls.put("open", () -> {
            try (InputStream in = destination.open(name, 0, Long.MAX_VALUE)) {
                in.readAllBytes();
            }
        });
        calls.put("remoteChecksum", () -> destination.remoteChecksum(name, Long.MAX_VALUE, done -> {}));
        calls.put("accept", () -> destination.accept(request));
        calls.put("put", () -> destination.put(request));
        calls.put("delete", () -> destination.delete(name));
        return calls;
    }

    /**
     * Returns the same without {@code remoteChecksum} where the far side can't hash: then it asks nothing.
     *
     * @param there a name at which a copy is
     */
    static Map<String, Action> naming(Destination destination, PutRequest request, String there) throws Exception {
        Map<String, Action> calls = naming(destination, request);
        if (destination.remoteChecksum(there, Long.MAX_VALUE, done -> {}).isEmpty()) {
            calls.remove("remoteChecksum");
        }
        return calls;
    }

    /** Returns a call of each method that may fail, by the method. */
    static Map<String, Action> all(Destination destination, PutRequest request) {
        Map<String, Action> calls = naming(destination, request);
        calls.put("list", () -> destination.list(stored -> {}));
        calls.put("probe", destination::probe);
        calls.put("announce", () -> destination.announce(new Installation(request.owner(), "host.example.org")));
        calls.put("installations", destination::installations);
        calls.put("removeAbandoned", () -> destination.removeAbandoned(request.owner(), Set.of()));
        return calls;
    }
}
