package org.heratio.offsite.dashboard;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.destination.Destination;

/** A destination whose probe does not answer, also if it is interrupted, until it is told to. */
public final class HangingProbe {
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final Destination destination;

    /** @param real does everything else */
    public HangingProbe(Destination real) {
        destination = (Destination) Proxy.newProxyInstance(
                Destination.class.getClassLoader(), new Class<?>[] {Destination.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("probe")) {
                        begun.incrementAndGet();
                        hang();
                        return null;
                    }
                    return method.invoke(real, arguments);
                });
    }

    private void hang() {
        while (true) {
            try {
                end.await();
                return;
            } catch (InterruptedException e) {
                // a driver may hang where nothing interrupts it
            }
        }
    }

    public Destination destination() {
        return destination;
    }

    /** Returns how many probes have begun. */
    public int begun() {
        return begun.get();
    }

    /** Lets all probes answer, those to come too. */
    public void end() {
        end.countDown();
    }
}
