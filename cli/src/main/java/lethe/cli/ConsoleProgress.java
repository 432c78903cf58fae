package lethe.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import lethe.catalog.Settings;
import lethe.metrics.Estimate;
import lethe.training.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Progress on one line, {@code world 37/128 · 2 workers · 29 % · ETA 2 h 10 (± 15 min) · peak 7.1 GiB}: overwritten on a
 * terminal, printed once a minute elsewhere, and as JSON Lines to a file if asked for. The line tells of the outermost
 * task; of the tasks within it, it names the one that is open or counts those that are.
 */
final class ConsoleProgress implements Progress {
    private static final long LINE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String ERASE = "\r\u001b[K";

    /** How progress is shown. */
    enum Style {
        /** One line, overwritten. */
        ANIMATED,
        /** A line a minute. */
        PLAIN,
        /** Not at all. */
        NONE
    }

    private final PrintWriter out;
    private final Style style;
    private final int columns;
    private final LongSupplier nanos;
    private final LongSupplier peakBytes;
    private final Optional<PrintWriter> events;
    private final long started;
    private final List<Task> open = new ArrayList<>();
    private long lastLine;
    private boolean lineShown;
    private int tasks;
    private @Nullable ScheduledExecutorService ticker;

    ConsoleProgress(
            PrintWriter out,
            Style style,
            int columns,
            LongSupplier nanos,
            LongSupplier peakBytes,
            Optional<PrintWriter> events) {
        this.out = out;
        this.style = style;
        this.columns = columns;
        this.nanos = nanos;
        this.peakBytes = peakBytes;
        this.events = events;
        started = nanos.getAsLong();
        lastLine = started;
    }

    /** Lets time pass on a thread of its own. */
    synchronized void start() {
        if (style == Style.NONE) {
            return;
        }
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(work -> {
            var thread = new Thread(work, "progress");
            thread.setDaemon(true);
            return thread;
        });
        executor.scheduleAtFixedRate(this::tick, 200, 200, TimeUnit.MILLISECONDS);
        ticker = executor;
    }

    /** Shows the present state, if it is time. */
    synchronized void tick() {
        if (open.isEmpty()) {
            return;
        }
        Task task = open.get(open.size() - 1);
        if (style == Style.ANIMATED) {
            String line = task.line();
            out.print(ERASE + (line.length() < columns ? line : line.substring(0, columns - 1)));
            out.flush();
            lineShown = true;
        } else if (style == Style.PLAIN && nanos.getAsLong() - lastLine >= LINE_NANOS) {
            print(task.line());
        }
    }

    @Override
    public synchronized Progress begin(String task, long units) {
        var begun = new Task(task, units, open);
        event("begin", begun, Map.of("units", units));
        return begun;
    }

    @Override
    public void advance(long units) {
        throw new IllegalStateException("Only a task can advance; begin one first");
    }

    @Override
    public void skip(long units) {
        advance(units);
    }

    @Override
    public synchronized void note(String text) {
        print(text);
        event("note", null, Map.of("text", text));
    }

    @Override
    public synchronized void close() {
        if (ticker != null) {
            ticker.shutdownNow();
        }
        if (lineShown) {
            out.print(ERASE);
            out.flush();
            lineShown = false;
        }
        events.ifPresent(PrintWriter::close);
    }

    /** Prints a line that stays. */
    private void print(String line) {
        if (style == Style.NONE) {
            return;
        }
        out.println((lineShown ? ERASE : "") + line);
        out.flush();
        lineShown = false;
        lastLine = nanos.getAsLong();
    }

    private void event(String kind, @Nullable Task task, Map<String, Object> more) {
        if (events.isEmpty()) {
            return;
        }
        Map<String, Object> event = new LinkedHashMap<>(more);
        event.put("event", kind);
        event.put("seconds", Math.round((nanos.getAsLong() - started) / 1e6) / 1e3);
        if (task != null) {
            event.put("task", task.name);
            event.put("id", task.id);
        }
        events.get().println(Settings.canonicalJson(event));
    }

    /** One task; everything in it is guarded by the display's lock. */
    private final class Task implements Progress {
        private final String name;
        private final long units;
        private final List<Task> siblings;
        private final int id = tasks++;
        private final List<Task> inner = new ArrayList<>();
        private final Eta eta = new Eta();
        private final long begun = nanos.getAsLong();
        private long lastAdvance = begun;
        private long done;
        private long skipped;

        Task(String name, long units, List<Task> siblings) {
            this.name = name;
            this.units = units;
            this.siblings = siblings;
            siblings.add(this);
        }

        @Override
        public Progress begin(String task, long units) {
            synchronized (ConsoleProgress.this) {
                var begun = new Task(task, units, inner);
                event("begin", begun, Map.of("units", units, "within", id));
                return begun;
            }
        }

        @Override
        public void advance(long units) {
            synchronized (ConsoleProgress.this) {
                if (units <= 0) {
                    return;
                }
                long now = nanos.getAsLong();
                eta.observe(units, (now - lastAdvance) / 1e9);
                lastAdvance = now;
                done += units;
                event("advance", this, Map.of("done", done));
            }
        }

        @Override
        public void skip(long units) {
            synchronized (ConsoleProgress.this) {
                done += units;
                skipped += units;
                lastAdvance = nanos.getAsLong();
                event("skip", this, Map.of("done", done));
            }
        }

        @Override
        public void note(String text) {
            ConsoleProgress.this.note(text);
        }

        @Override
        public void close() {
            synchronized (ConsoleProgress.this) {
                if (!siblings.remove(this)) {
                    return;
                }
                event("end", this, Map.of("done", done));
                if (siblings == open) {
                    String reused = skipped == 0 ? "" : ", " + skipped + " of them from before";
                    String time = Quantity.time((nanos.getAsLong() - begun) / 1e9);
                    print(name + " " + done + "/" + units + reused + " · took " + time);
                }
            }
        }

        /** Units done, with the parts that open tasks have done of one unit each. */
        private double progressed() {
            double parts = 0;
            for (Task task : inner) {
                parts += task.units == 0 ? 0 : Math.min(1, task.progressed() / task.units);
            }
            return Math.min(units, done + parts);
        }

        String line() {
            List<String> parts = new ArrayList<>();
            parts.add(name + " " + done + "/" + units);
            List<Task> within = inner;
            while (within.size() == 1) {
                Task task = within.get(0);
                parts.add(task.name + " " + task.done + "/" + task.units);
                within = task.inner;
            }
            if (within.size() > 1) {
                parts.add(within.size() + " workers");
            }
            parts.add((int) (100 * progressed() / Math.max(1, units)) + " %");
            remaining().ifPresent(it -> {
                double width = it.high() - it.value();
                parts.add("ETA " + Quantity.time(it.value()) + (width > 0 ? " (± " + Quantity.time(width) + ")" : ""));
            });
            long peak = peakBytes.getAsLong();
            if (peak > 0) {
                parts.add("peak " + Quantity.bytes(peak));
            }
            return String.join(" · ", parts);
        }

        /** Before the first unit is done, the parts done of it tell the pace. */
        private Optional<Estimate> remaining() {
            double ahead = units - progressed();
            double worked = progressed() - skipped;
            if (ahead <= 0) {
                return Optional.empty();
            }
            if (done > skipped || worked <= 0) {
                return eta.remaining(ahead);
            }
            double seconds = (nanos.getAsLong() - lastAdvance) / 1e9 * ahead / worked;
            return Optional.of(new Estimate(seconds, seconds, seconds));
        }
    }
}
