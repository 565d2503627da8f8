package org.heratio.offsite.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link MariaDbServer} or {@link PostgresServer} of the run, which ends with it. */
public final class SharedDatabases implements ParameterResolver {
    private static final ExtensionContext.Namespace SHARED = ExtensionContext.Namespace.create(SharedDatabases.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return DatabaseServer.class.isAssignableFrom(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        boolean mariaDb = type == MariaDbServer.class;
        Requires.that(
                mariaDb ? MariaDbServer.installed() : PostgresServer.installed(),
                mariaDb ? "mariadb-server is not installed" : "postgresql is not installed");
        return context.getRoot().getStore(SHARED).computeIfAbsent(type, key -> started(mariaDb));
    }

    private static DatabaseServer started(boolean mariaDb) {
        try {
            return mariaDb ? MariaDbServer.create() : PostgresServer.create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
