package org.heratio.offsite.broker.rabbit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.heratio.offsite.finding.Finding;

/** Collects the rights that the user lacks. */
final class RabbitRights {
    private static final int NAMED = 3;

    private final Set<String> configure = new TreeSet<>();
    private final Set<String> write = new TreeSet<>();
    private final Set<String> read = new TreeSet<>();

    void mayNotConfigure(String name) {
        configure.add(name);
    }

    void mayNotWrite(String name) {
        write.add(name);
    }

    void mayNotRead(String name) {
        read.add(name);
    }

    /** @param prefix what the names of ours begin with */
    Finding finding(RabbitSettings settings, String prefix) {
        String user = "user " + settings.who();
        List<String> denied = new ArrayList<>();
        add(denied, "configure", configure);
        add(denied, "write", write);
        add(denied, "read", read);
        if (denied.isEmpty()) {
            return Finding.ok("RabbitMQ: " + user + " may configure, write and read what is needed");
        }
        String pattern = " '^(" + prefix + "|amq\\.gen)'";
        return Finding.fail(
                "RabbitMQ: " + user + " may not " + String.join("; nor ", denied),
                "rabbitmqctl set_permissions -p '" + settings.virtualHost() + "' '" + settings.who() + "'"
                        + pattern.repeat(3));
    }

    private static void add(List<String> denied, String verb, Set<String> names) {
        if (!names.isEmpty()) {
            List<String> first = names.stream().limit(NAMED).toList();
            int more = names.size() - first.size();
            denied.add(verb + " " + String.join(", ", first) + (more == 0 ? "" : " and " + more + " more"));
        }
    }
}
