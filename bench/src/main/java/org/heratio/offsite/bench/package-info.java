/** Benchmarks of single parts, run by {@code bench/jmh}. {@code bench/run} measures the whole pipeline beside other programs. */
package org.heratio.offsite.bench;
