/** The commands' own small parts. */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.cli;
