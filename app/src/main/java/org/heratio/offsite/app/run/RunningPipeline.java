package org.heratio.offsite.app.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.broker.Futures;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.FailureException;

/** Tells, by the consumers of the work queues, whether other processes run the stages that a command needs. Blocking. */
final class RunningPipeline {
    private final Node node;
    private final Map<String, String> queues = new LinkedHashMap<>();

    RunningPipeline(Node node, StageSelection needed) {
        this.node = node;
        String prefix = node.settings().broker().queuePrefix();
        if (needed.watcher()) {
            queues.put("watcher", Topology.scan(prefix));
        }
        if (needed.encryptor()) {
            queues.put("encryptor", Topology.encrypt(prefix));
        }
        needed.uploaders().stream()
                .sorted()
                .forEach(driver -> queues.put("uploader:" + driver, Topology.upload(prefix, driver)));
        if (needed.verifier()) {
            queues.put("verifier", Topology.verify(prefix));
            node.drivers().forEach(driver -> queues.put("verifier:" + driver, Topology.verify(prefix, driver)));
        }
    }

    /** Returns whether anybody consumes one of the queues: then starting stages here would only compete with them. */
    boolean runs() throws FailureException, InterruptedException {
        for (String queue : queues.values()) {
            if (consumers(queue) > 0) {
                return true;
            }
        }
        return false;
    }

    /** The stages that nobody runs at the moment. */
    List<String> missing() throws FailureException, InterruptedException {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, String> stage : queues.entrySet()) {
            if (consumers(stage.getValue()) == 0) {
                missing.add(stage.getKey());
            }
        }
        return missing;
    }

    private int consumers(String queue) throws FailureException, InterruptedException {
        return Futures.await(node.broker().consumers(queue), "counting the consumers of " + queue);
    }
}
