package org.heratio.offsite.app.e2e;

/** A program that prints the code points of a variable as its JVM decodes it. */
final class PrintedVariable {
    private PrintedVariable() {}

    public static void main(String[] arguments) {
        System.getenv(arguments[0]).chars().forEach(c -> System.out.printf("%04x ", c));
    }
}
