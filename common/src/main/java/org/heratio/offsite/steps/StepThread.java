package org.heratio.offsite.steps;

/** The thread of one step. It ends with the stream that it belongs to. */
final class StepThread {
    private final Thread thread;

    /** Starts it. */
    StepThread(String name, Runnable work) {
        thread = new Thread(work, Thread.currentThread().getName() + "-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits for its end. An interrupt is passed on to it, and stays set: what it works on belongs to the caller, who must not go on before. */
    void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has it end early, and waits for that. */
    void stop() {
        thread.interrupt();
        join();
    }
}
