package lethe.cli;

/** What a script learns from the number a command ends with. The numbers never change. */
enum ExitCode {
    OK(0, "done; an audit passed its acceptance rule"),
    INTERNAL(1, "internal error"),
    USAGE(2, "mistake in the command line or in a plan"),
    AUDIT_FAILED(3, "the audit ran and failed its acceptance rule"),
    VERIFICATION_FAILED(4, "a digest or signature does not match"),
    INTERRUPTED(5, "stopped; the same command goes on where it stopped"),
    MISSING_RESOURCE(6, "a file, memory, disk space, network or device is missing");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }
}
