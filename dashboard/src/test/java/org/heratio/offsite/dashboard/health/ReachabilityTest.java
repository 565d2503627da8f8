package org.heratio.offsite.dashboard.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.stage.ManualClock;
import org.junit.jupiter.api.Test;

final class ReachabilityTest {
    private final ManualClock clock = new ManualClock();
    private final List<Promise<Boolean>> ofLedger = new ArrayList<>();
    private final List<Promise<Boolean>> ofBroker = new ArrayList<>();
    private final Reachability reachability = new Reachability(() -> asked(ofLedger), () -> asked(ofBroker), clock);

    private static Future<Boolean> asked(List<Promise<Boolean>> questions) {
        Promise<Boolean> question = Promise.promise();
        questions.add(question);
        return question.future();
    }

    private void look() {
        reachability.look();
    }

    private void answer() {
        ofLedger.get(ofLedger.size() - 1).complete(true);
        ofBroker.get(ofBroker.size() - 1).complete(true);
    }

    @Test
    void whatHasNotAnsweredYetIsNotUp() {
        look();

        assertThat(reachability.ledger()).isFalse();
        assertThat(reachability.queues()).isFalse();
    }

    @Test
    void anAnswerHoldsForAMinuteWhileTheNextOneHangs() {
        look();
        answer();
        look();
        clock.advance(Duration.ofSeconds(59));

        assertThat(reachability.ledger()).isTrue();
        assertThat(reachability.queues()).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(reachability.ledger()).isFalse();
        assertThat(reachability.queues()).isFalse();
        answer();
        assertThat(reachability.ledger()).isTrue();
        assertThat(reachability.queues()).isTrue();
    }

    @Test
    void aBadAnswerHoldsAtOnceForItsServerOnly() {
        look();
        answer();
        look();
        ofLedger.get(1).complete(true);
        ofBroker.get(1).fail("the broker is away");

        assertThat(reachability.ledger()).isTrue();
        assertThat(reachability.queues()).isFalse();
    }

    @Test
    void noQuestionIsAskedWhileTheLastOneHangs() {
        look();
        look();
        ofBroker.get(0).complete(true);
        look();

        assertThat(ofLedger).hasSize(1);
        assertThat(ofBroker).hasSize(2);
    }
}
