package lethe.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lethe.data.Dataset;
import lethe.data.KnownLookalikes;
import lethe.data.Pictured;
import lethe.data.Worded;
import lethe.influence.Closure;
import lethe.influence.Closure.Member;
import lethe.influence.Closure.Owner;
import lethe.metrics.Rouge;

/**
 * Examples to forget beside their look-alikes, to be looked through before anything is trained, and whose consent it would
 * take to forget these too. Public for the templates alone, but for {@link #write}.
 */
public final class SimilarPage {
    private static final int GROUPS = 60;
    private static final int IN_GROUP = 12;
    private static final int APPROVALS = 500;
    private static final int CHARACTERS = 700; // of a text

    private final String title;
    private final Dataset train;
    private final Closure closure;
    private final List<String> detectors;
    private final Set<Integer> asking; // rows
    private final Map<Integer, List<Member>> byTarget; // the target with the strongest look-alike first

    SimilarPage(String title, Dataset train, Closure closure, List<String> detectors) {
        this.title = title;
        this.train = train;
        this.closure = closure;
        this.detectors = List.copyOf(detectors);
        this.asking = Set.copyOf(closure.asked());
        this.byTarget = closure.members().stream()
                .collect(Collectors.groupingBy(Member::target, LinkedHashMap::new, Collectors.toList()));
    }

    /**
     * Writes the page, replacing {@code html} in one step.
     *
     * @param title of the plan
     * @param train the training set, look-alikes included
     * @param detectors what found them, by name
     */
    public static void write(String title, Dataset train, Closure closure, List<String> detectors, Path html) {
        TextFile.write(html, toHtml(title, train, closure, detectors));
    }

    static String toHtml(String title, Dataset train, Closure closure, List<String> detectors) {
        return Report.render("similar.jte", new SimilarPage(title, train, closure, detectors));
    }

    /** An example to be forgotten with what resembles it. */
    public record Group(String anchor, Example target, String role, List<Lookalike> lookalikes, String more) {}

    /**
     * A training example.
     *
     * @param picture embedded; empty where there is none
     * @param text in pieces, of which those that the target lacks are not {@code matched}; empty where there is none
     */
    public record Example(
            String id,
            String name,
            String picture,
            List<WritingSection.Piece> text,
            String owner,
            boolean thirdParty) {}

    /** A training example that resembles the target. */
    public record Lookalike(Example example, String score, String reason) {}

    /** A look-alike of somebody who did not ask. */
    public record Approval(String owner, String id, String target, String anchor, String score, String reason) {}

    public String title() {
        return title;
    }

    public String lead() {
        int asked = closure.asked().size();
        int found = closure.members().size();
        String by = "by " + String.join(", ", detectors);
        if (found == 0) {
            return "None of the " + Numbers.count(train.size() - asked) + " remaining training examples resembles the "
                    + Numbers.count(asked) + " to be forgotten, " + by
                    + ". Paraphrases and other pictures of the same thing can escape these detectors.";
        }
        return Numbers.count(found, "remaining training example") + (found == 1 ? " resembles " : " resemble ")
                + Numbers.count(
                        byTarget.keySet().stream().filter(asking::contains).count())
                + " of the " + Numbers.count(asked) + " to be forgotten, " + by
                + ". What they teach stays when only those are forgotten, whatever method forgets them." + decoys();
    }

    /** How many detectors were wrong about, where the data set knows; otherwise empty. */
    private String decoys() {
        long decoys = closure.members().stream().filter(this::isDecoy).count();
        return decoys == 0
                ? ""
                : " " + Numbers.count(decoys)
                        + " of them should not be here: the data was made with decoys, which have the"
                        + " form of what they resemble and say something else.";
    }

    private boolean isDecoy(Member member) {
        return KnownLookalikes.isUnrelated(train, member.row(), member.target());
    }

    /** What the policy of forgetting look-alikes too would take. */
    public List<Page.Fact> cost() {
        return List.of(
                new Page.Fact("asked for", Numbers.count(closure.asked().size())),
                new Page.Fact("with look-alikes", Numbers.count(closure.rows().length)),
                new Page.Fact("of people who did not ask", Numbers.count(closure.ofOwner(Owner.THIRD_PARTY))),
                new Page.Fact("of somebody who asked", Numbers.count(closure.ofOwner(Owner.ASKER))),
                new Page.Fact("of nobody known", Numbers.count(closure.ofOwner(Owner.UNKNOWN))));
    }

    public boolean isEmpty() {
        return closure.members().isEmpty();
    }

    public List<Approval> approvals() {
        return closure.members().stream()
                .filter(member -> member.owner() == Owner.THIRD_PARTY)
                .limit(APPROVALS)
                .map(member -> new Approval(
                        train.subject(member.row()).orElse(""),
                        train.id(member.row()).value(),
                        train.id(member.target()).value(),
                        shownAnchor(member.target()),
                        Numbers.fixed(member.score(), 3),
                        member.reason()))
                .toList();
    }

    /** Who would have to be asked, in words. */
    public String approvalNote() {
        long others = closure.ofOwner(Owner.THIRD_PARTY);
        long unknown = closure.ofOwner(Owner.UNKNOWN);
        String note = others == 0
                ? "No look-alike is known to belong to somebody who did not ask."
                : "Forgetting these deletes data that nobody asked to delete. Whoever may decide that should see this list.";
        if (others > APPROVALS) {
            note += " The " + APPROVALS + " most similar of " + Numbers.count(others) + ".";
        }
        return unknown == 0 ? note : note + " Of " + Numbers.count(unknown) + " more the owner is not known.";
    }

    public List<Group> groups() {
        return byTarget.entrySet().stream()
                .limit(GROUPS)
                .map(entry -> group(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** How many targets are not shown; empty if all are. */
    public String moreGroups() {
        int more = byTarget.size() - GROUPS;
        return more <= 0 ? "" : "and " + Numbers.count(more, "other example") + " with look-alikes.";
    }

    private Group group(int target, List<Member> members) {
        var lookalikes = new ArrayList<Lookalike>();
        members.stream()
                .limit(IN_GROUP)
                .forEach(member -> lookalikes.add(new Lookalike(
                        example(member.row(), target, member.owner()),
                        Numbers.fixed(member.score(), 3),
                        member.reason() + (isDecoy(member) ? "; a decoy, which says something else" : ""))));
        int more = members.size() - lookalikes.size();
        return new Group(
                anchor(target),
                example(target, target, Owner.ASKER),
                asking.contains(target) ? "to be forgotten" : "itself a look-alike",
                lookalikes,
                more == 0 ? "" : "and " + Numbers.count(more, "other look-alike"));
    }

    private Example example(int row, int beside, Owner owner) {
        List<WritingSection.Piece> text = words(row, beside);
        List<String> classes = train.classes();
        boolean named = text.isEmpty() && train.label(row) < classes.size();
        return new Example(
                train.id(row).value(),
                named ? classes.get(train.label(row)) : "",
                Pictured.dataUri(train, row).orElse(""),
                text,
                train.subject(row).orElse("owner not known"),
                owner == Owner.THIRD_PARTY);
    }

    /** A text in pieces, told apart by whether another has them. */
    private List<WritingSection.Piece> words(int row, int other) {
        String text = beginning(row);
        if (text.isEmpty()) {
            return List.of();
        }
        BitSet all = new BitSet();
        all.set(0, text.length());
        return WritingSection.pieces(text, row == other ? all : Rouge.matched(beginning(other), text, false)).stream()
                .map(piece -> piece.text().chars().anyMatch(Character::isLetterOrDigit)
                        ? piece
                        : new WritingSection.Piece(piece.text(), true)) // between words nothing is compared
                .toList();
    }

    private String beginning(int row) {
        String text = Worded.of(train, row).orElse("").strip();
        return text.length() <= CHARACTERS ? text : text.substring(0, CHARACTERS) + " …";
    }

    private static String anchor(int row) {
        return "example-" + row;
    }

    /** Empty if the example is not shown. */
    private String shownAnchor(int row) {
        return byTarget.keySet().stream().limit(GROUPS).anyMatch(shown -> shown == row) ? anchor(row) : "";
    }
}
