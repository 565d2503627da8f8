/**
 * The composition root: the parts of a process, the stages that it runs, and the services that commands use.
 * What a stage or an operation does must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.run;
