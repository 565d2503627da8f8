package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.finding.Finding;
import org.jspecify.annotations.Nullable;

/** Compares a server with the topology, and finds out what the user may do there. It leaves nothing changed. Blocks. */
final class RabbitExamination {
    /** The start of what the server calls the queues of listeners. */
    private static final String LISTENER = "amq.gen-offsite";

    private final RabbitSettings settings;
    private final RabbitTopology topology;
    private final RabbitTrial trial;
    private final RabbitRights rights = new RabbitRights();
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> absent = new ArrayList<>();
    private int well;

    RabbitExamination(RabbitSettings settings, RabbitTopology topology, Connection connection) {
        this.settings = settings;
        this.topology = topology;
        this.trial = new RabbitTrial(connection);
    }

    /** Examines the queues and exchanges that exist, and their contents. */
    List<Finding> look() throws IOException {
        Optional<RabbitTopology.Exchange> ledger = topology.ledgerExchange();
        if (ledger.isPresent()) {
            exchange(ledger.get());
        }
        for (RabbitTopology.Exchange exchange : topology.exchanges()) {
            exchange(exchange);
        }
        List<Finding> letters = new ArrayList<>();
        for (RabbitTopology.Declaration queue : topology.declarations()) {
            queue(queue, letters);
        }
        presence();
        findings.addAll(letters);
        return findings;
    }

    /** Checks the rights of the user, after {@link #look}. Under an alarm the server does not answer the last question. */
    Finding rights() throws IOException {
        for (RabbitTopology.Declaration queue : topology.declarations()) {
            readAndBound(queue.queue());
        }
        listeners();
        for (RabbitTopology.Exchange exchange : topology.exchanges()) {
            if (!trial.mayWrite(exchange.name())) {
                rights.mayNotWrite(exchange.name());
            }
        }
        return rights.finding(settings, topology.exchange());
    }

    private void exchange(RabbitTopology.Exchange exchange) throws IOException {
        RabbitTrial.Refusal refusal = trial.exists(exchange);
        if (refusal == null) {
            compared("exchange " + exchange.name(), exchange.name(), exchange.ifOther(), trial.sameAs(exchange));
        } else if (refusal.absent()) {
            absent.add(exchange.name());
            if (!trial.mayMakeExchange(exchange.name())) {
                rights.mayNotConfigure(exchange.name());
            }
        } else {
            unknown("exchange " + exchange.name(), exchange.name(), refusal);
        }
    }

    private void queue(RabbitTopology.Declaration queue, List<Finding> letters) throws IOException {
        String name = queue.queue();
        RabbitTrial.Depth depth = trial.depth(name);
        RabbitTrial.Refusal refusal = depth.refusal();
        if (refusal == null) {
            compared("queue " + name, name, queue.ifOther(), trial.sameAs(queue));
            if (topology.holdsLetters(name) && depth.messages() > 0) {
                letters.add(Finding.warn(
                        "RabbitMQ: messages that were given up in " + name + ": " + depth.messages(),
                        "'offsite dead-letters' lists them; put the cause right, then replay or discard them"));
            }
        } else if (refusal.absent()) {
            absent.add(name);
            if (!trial.mayMakeQueue(name)) {
                rights.mayNotConfigure(name);
            }
        } else {
            unknown("queue " + name, name, refusal);
        }
    }

    private void readAndBound(String queue) throws IOException {
        if (!trial.mayRead(queue)) {
            rights.mayNotRead(queue);
        }
        RabbitTrial.Refusal refusal = trial.bound(queue, topology.direct());
        if (refusal == null) {
            return;
        }
        if (refusal.ofExchange()) {
            rights.mayNotRead(topology.direct());
        } else {
            rights.mayNotWrite(queue);
        }
    }

    /** Commands hear of progress through queues that the server gives a name. */
    private void listeners() throws IOException {
        if (!trial.mayMakeQueue("")) {
            rights.mayNotConfigure("amq.gen-…");
        }
        if (!trial.mayRead(LISTENER)) {
            rights.mayNotRead("amq.gen-…");
        }
        RabbitTrial.Refusal refusal = trial.bound(LISTENER, topology.exchange());
        if (refusal != null && refusal.ofExchange()) {
            rights.mayNotRead(topology.exchange());
        } else if (refusal != null) {
            rights.mayNotWrite("amq.gen-…");
        }
    }

    private void compared(String what, String name, String ifOther, RabbitTrial.@Nullable Refusal refusal) {
        if (refusal == null) {
            well++;
        } else if (refusal.otherArguments()) {
            findings.add(Finding.fail("RabbitMQ, " + what + ": " + refusal.text(), ifOther));
        } else {
            unknown(what, name, refusal);
        }
    }

    private void unknown(String what, String name, RabbitTrial.Refusal refusal) {
        if (refusal.denied()) {
            rights.mayNotConfigure(name);
        } else {
            findings.add(Finding.fail(
                    "RabbitMQ, " + what + ": " + refusal.text(),
                    "look at the server's log, and whether all nodes of the cluster run"));
        }
    }

    private void presence() {
        if (well > 0) {
            findings.add(Finding.ok("RabbitMQ: " + well + " queues and exchanges are as they should be"));
        }
        if (absent.isEmpty()) {
            return;
        }
        if (well == 0) {
            findings.add(Finding.ok("RabbitMQ: no queues of ours yet; the first start makes them"));
        } else {
            findings.add(Finding.warn(
                    "RabbitMQ: not there: " + String.join(", ", absent),
                    "each start of 'offsite serve' or 'offsite replicate' makes what is missing"));
        }
    }
}
