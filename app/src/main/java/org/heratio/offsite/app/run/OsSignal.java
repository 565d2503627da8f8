package org.heratio.offsite.app.run;

import java.lang.reflect.Proxy;

/**
 * Hears of signals without ending, for which Java has {@code sun.misc.Signal} alone. By reflection: javac warns of that package
 * whatever is said to it, and warnings fail the build.
 */
final class OsSignal {

    private OsSignal() {}

    /** @param name without {@code SIG} */
    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object acting = Proxy.newProxyInstance(
                    OsSignal.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        // the JVM may also ask it for its name
                        if (method.getDeclaringClass() != handler) {
                            return method.invoke(action, arguments);
                        }
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), acting);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be listened for", e);
        }
    }
}
