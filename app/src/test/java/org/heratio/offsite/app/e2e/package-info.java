/**
 * The whole command, as operators run it: child processes of the real jar, killed, starved and looked at from outside.
 * What can be shown within one JVM must not come in.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.e2e;
