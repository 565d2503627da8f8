/**
 * Settings: their one registry, where their values come from, and what is wrong with them; the only place that reads the environment.
 * Nothing that acts on a setting may come in here: no driver, no stage, no connection.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.config;
