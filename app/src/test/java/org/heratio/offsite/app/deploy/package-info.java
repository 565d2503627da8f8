/** The files of {@code deploy/} and {@code docker-compose.yml}: that they parse, name what there is, and that their commands run. */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.deploy;
