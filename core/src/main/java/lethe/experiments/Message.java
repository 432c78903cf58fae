package lethe.experiments;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line between a run and one of its worker processes, as JSON.
 *
 * @param kind what is said; the other components mean something only where it says so
 * @param task number of a task of progress
 * @param within number of the task around it, 0 for the worlds of the run
 * @param units of the task, or the index of a world
 * @param text a plan, a remark, the name of a task, a reason
 * @param keys of steps
 */
record Message(Kind kind, int task, int within, long units, String text, List<String> keys) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    enum Kind {
        /** To the worker, first: the plan, as YAML. */
        PLAN,
        /** To the worker: do the steps of a world, by index, that are not done, apart from some by key. */
        WORLD,
        /** To the worker: store the state and end. */
        STOP,

        /** From the worker: the data is read. */
        READY,
        /** A step begins, by key. */
        STEP,
        /** A task of progress begins. */
        BEGIN,
        ADVANCE,
        SKIP,
        NOTE,
        END,
        /** The world is done. */
        DONE,
        /** The world cannot be finished, others can. */
        LOST,
        /** Stored and ended as asked. */
        STOPPED,
        /** The worker ends for a reason that concerns the whole run, of a {@link WorkerFailure} named by the key. */
        FAILED,
        /** Never sent: the process is no more. */
        ENDED
    }

    Message {
        keys = List.copyOf(keys);
    }

    static Message of(Kind kind) {
        return of(kind, "");
    }

    static Message of(Kind kind, String text) {
        return new Message(kind, 0, 0, 0, text, List.of());
    }

    String line() {
        return JSON.writeValueAsString(this);
    }

    /**
     * Reads a line.
     *
     * @throws tools.jackson.core.JacksonException if it is something else
     */
    static Message parse(String line) {
        return JSON.readValue(line, Message.class);
    }
}
