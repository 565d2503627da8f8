/**
 * The operators' page: its server, and what that is made of. Nothing here reads a table or runs a stage.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard;
