package org.heratio.offsite.broker.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link RabbitServer} of the run; without an installed server they are skipped, unless they are required. */
public final class SharedRabbit implements ParameterResolver {
    private static final ExtensionContext.Namespace SHARED = ExtensionContext.Namespace.create(SharedRabbit.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RabbitServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Requires.that(RabbitServer.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
        return context.getRoot().getStore(SHARED).computeIfAbsent(RabbitServer.class, key -> started());
    }

    private static RabbitServer started() {
        try {
            return new RabbitServer().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
