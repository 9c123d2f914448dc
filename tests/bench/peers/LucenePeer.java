// Lucene as a peer: BM25 over tokens that somebody else made, so that both sides of a comparison
// search exactly the same terms. README.md beside this file has the commands and the formats.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogByteSizeMergePolicy;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.Version;

final class LucenePeer {
    static final String USAGE = """
        lucene index DOCS.tsv INDEX_DIR
        lucene search INDEX_DIR QUERIES.tsv K MODE ROUNDS [OUT.tsv]
        lucene serve INDEX_DIR K    then lines of QUERIES.tsv<TAB>MODE<TAB>ROUNDS
        MODE: all, any, all-exhaustive, any-exhaustive, each also with -texts""";
    // With many terms the bookkeeping of skipping may cost more than it saves; then this is the
    // faster way, and the fair one to compare with.
    static final String EXHAUSTIVE = "-exhaustive";
    static final String ID = "id";
    static final String FILTERS = "filters";
    static final String TOKENS = "tokens";
    static final String TEXT = "text";
    // The documents themselves are read as well, as a page of results needs them.
    static final String TEXTS = "-texts";
    static final BM25Similarity BM25 = new BM25Similarity(1.2f, 0.75f);
    static final int CLAUSES_MAX = 65_536;
    static final double RAM_BUFFER_MB = 1024;
    // The compiler of the JVM needs time more than passes: a few cheap queries are soon repeated.
    static final int WARM_UP_PASSES = 2;
    static final double WARM_UP_S = 5;

    public static void main(String[] arguments) throws IOException {
        try {
            run(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println("error: " + wrong.getMessage());
            System.exit(1);
        }
    }

    static void run(String[] arguments) throws IOException {
        String command = arguments.length == 0 ? "" : arguments[0];
        if (command.equals("index") && arguments.length == 3) {
            index(Path.of(arguments[1]), Path.of(arguments[2]));
        } else if (command.equals("search") && (arguments.length == 6 || arguments.length == 7)) {
            try (Searching on = new Searching(Path.of(arguments[1]), number(arguments[3]))) {
                Batch batch = on.batch(arguments[2], arguments[4]);
                on.measure(batch, number(arguments[5]));
                if (arguments.length == 7) on.write(batch, Path.of(arguments[6]));
            }
        } else if (command.equals("serve") && arguments.length == 3) {
            try (Searching on = new Searching(Path.of(arguments[1]), number(arguments[2]))) {
                serve(on);
            }
        } else {
            throw new IllegalArgumentException("usage:\n" + USAGE);
        }
    }

    static int number(String text) {
        int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        if (value == 0) throw new IllegalArgumentException("not a positive number: " + text);
        return value;
    }

    static String print(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        System.out.println(line);
        System.out.flush();
        return line;
    }

    static double seconds_since(long begin_ns) {
        return (System.nanoTime() - begin_ns) / 1e9;
    }

    // Of this thread. On a machine that others use too, this tells more than the clock.
    static long cpu_ns() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    // ---- rows: id TAB filters TAB tokens, the last two separated by single spaces, and for
    // documents TAB text

    record Row(String id, String filters, String tokens, String text) {}

    interface Each {
        void row(Row row) throws IOException;
    }

    static int read(Path file, Each each) throws IOException {
        int lines = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                ++lines;
                int first = line.indexOf('\t');
                int second = first < 0 ? -1 : line.indexOf('\t', first + 1);
                if (second < 0) {
                    throw new IllegalArgumentException(file + ":" + lines + ": not 3 fields");
                }
                int third = line.indexOf('\t', second + 1);
                int end = third < 0 ? line.length() : third;
                each.row(new Row(line.substring(0, first), line.substring(first + 1, second),
                        line.substring(second + 1, end),
                        third < 0 ? "" : line.substring(third + 1)));
            }
        }
        return lines;
    }

    // Splits at single spaces, and does nothing else.
    static final class Spaces extends TokenStream {
        private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
        private String text = "";
        private int at;

        Spaces over(String wanted) {
            text = wanted;
            at = 0;
            return this;
        }

        @Override
        public void reset() {
            at = 0;
        }

        @Override
        public boolean incrementToken() {
            while (at < text.length() && text.charAt(at) == ' ') ++at;
            if (at >= text.length()) return false;
            int end = text.indexOf(' ', at);
            if (end < 0) end = text.length();
            clearAttributes();
            term.append(text, at, end);
            at = end;
            return true;
        }
    }

    static List<String> words(String text) {
        List<String> found = new ArrayList<>();
        for (String word : text.split(" ")) {
            if (!word.isEmpty()) found.add(word);
        }
        return found;
    }

    // ---- index

    static FieldType counted_tokens() {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        type.freeze();
        return type;
    }

    // One thread does it all, and the documents keep their order: ties fall as they came.
    static void index(Path docs, Path folder) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(null);
        config.setSimilarity(BM25);
        config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        config.setRAMBufferSizeMB(RAM_BUFFER_MB);
        config.setMergeScheduler(new SerialMergeScheduler());
        config.setMergePolicy(new LogByteSizeMergePolicy());
        config.setUseCompoundFile(false);
        FieldType type = counted_tokens();
        Spaces spaces = new Spaces();
        long begin = System.nanoTime();
        long cpu_begin = cpu_ns();
        try (MMapDirectory directory = new MMapDirectory(folder);
                IndexWriter writer = new IndexWriter(directory, config)) {
            int count = read(docs, row -> {
                Document document = new Document();
                document.add(new BinaryDocValuesField(ID, new BytesRef(row.id())));
                for (String filter : words(row.filters())) {
                    document.add(new StringField(FILTERS, filter, Field.Store.NO));
                }
                document.add(new Field(TOKENS, spaces.over(row.tokens()), type));
                document.add(new StoredField(TEXT, row.text()));
                writer.addDocument(document);
            });
            writer.flush();
            double added_s = seconds_since(begin);
            writer.forceMerge(1);
            writer.commit();
            double all_s = seconds_since(begin);
            long bytes = 0;
            for (String file : directory.listAll()) bytes += directory.fileLength(file);
            print("indexed %d docs in %.1f s (%.0f docs/s), merged after %.1f s, cpu %.1f s, "
                    + "%d bytes", count, added_s, count / added_s, all_s,
                    (cpu_ns() - cpu_begin) / 1e9, bytes);
        }
    }

    // ---- search

    record Asked(String id, Query query) {}

    // A file of queries, ready to run, and what the last pass found.
    static final class Batch {
        final List<Asked> queries = new ArrayList<>();
        final boolean exhaustive;
        final boolean texts;
        TopDocs[] found;
        boolean warm;

        Batch(boolean exhaustive, boolean texts) {
            this.exhaustive = exhaustive;
            this.texts = texts;
        }
    }

    // A token that a query repeats counts so many times, as in the formula of BM25. The terms stay
    // a query of their own beside the filters: only so are they all optional but one, and only so
    // does Lucene skip among them.
    static Query query_of(Row row, Occur occur) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String token : words(row.tokens())) counts.merge(token, 1, Integer::sum);
        BooleanQuery.Builder terms = new BooleanQuery.Builder();
        counts.forEach((token, count) -> {
            Query term = new TermQuery(new Term(TOKENS, token));
            terms.add(count == 1 ? term : new BoostQuery(term, count), occur);
        });
        List<String> filters = words(row.filters());
        if (filters.isEmpty()) return terms.build();
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        query.add(terms.build(), Occur.MUST);
        for (String filter : filters) {
            query.add(new TermQuery(new Term(FILTERS, filter)), Occur.FILTER);
        }
        return query.build();
    }

    static final class Searching implements AutoCloseable {
        private final MMapDirectory directory;
        private final DirectoryReader reader;
        private final IndexSearcher searcher;
        private final int top;
        long characters; // read so far, so that reading them is of use

        Searching(Path folder, int top) throws IOException {
            this.top = top;
            BooleanQuery.setMaxClauseCount(CLAUSES_MAX);
            directory = new MMapDirectory(folder);
            directory.setPreload(true);
            reader = DirectoryReader.open(directory);
            searcher = new IndexSearcher(reader);
            searcher.setSimilarity(BM25);
            searcher.setQueryCache(null);
            System.err.printf(Locale.ROOT, "Lucene %s, %d docs, %d segment(s)%n", Version.LATEST,
                    reader.maxDoc(), reader.leaves().size());
        }

        Batch batch(String file, String mode) throws IOException {
            if (!mode.matches("(all|any)(" + EXHAUSTIVE + ")?(" + TEXTS + ")?")) {
                throw new IllegalArgumentException("not a mode: " + mode);
            }
            Occur occur = mode.startsWith("all") ? Occur.MUST : Occur.SHOULD;
            Batch batch = new Batch(mode.contains(EXHAUSTIVE), mode.endsWith(TEXTS));
            read(Path.of(file),
                    row -> batch.queries.add(new Asked(row.id(), query_of(row, occur))));
            if (batch.queries.isEmpty()) throw new IllegalArgumentException("no query in " + file);
            batch.found = new TopDocs[batch.queries.size()];
            return batch;
        }

        // Times each query from the query's objects to the best document numbers and scores, or to
        // the documents' texts.
        long[] pass(Batch batch) throws IOException {
            long[] took_ns = new long[batch.found.length];
            // Counting no further than the top lets whole blocks be skipped.
            int count_to = batch.exhaustive ? Integer.MAX_VALUE : top;
            for (int i = 0; i < took_ns.length; ++i) {
                Query query = batch.queries.get(i).query();
                long begin = System.nanoTime();
                TopScoreDocCollector collector = TopScoreDocCollector.create(top, count_to);
                searcher.search(query, collector);
                batch.found[i] = collector.topDocs();
                if (batch.texts) {
                    for (ScoreDoc hit : batch.found[i].scoreDocs) {
                        characters += searcher.doc(hit.doc).get(TEXT).length();
                    }
                }
                took_ns[i] = System.nanoTime() - begin;
            }
            return took_ns;
        }

        void measure(Batch batch, int rounds) throws IOException {
            long begin = System.nanoTime();
            for (int i = 0; !batch.warm; ++i) {
                pass(batch);
                batch.warm = i + 1 >= WARM_UP_PASSES && seconds_since(begin) >= WARM_UP_S;
            }
            for (int round = 1; round <= rounds; ++round) {
                long cpu_begin = cpu_ns();
                long[] took_ns = pass(batch);
                report(round, took_ns, cpu_ns() - cpu_begin, batch.found);
            }
        }

        void report(int round, long[] took_ns, long cpu_ns, TopDocs[] found) {
            long hits = 0;
            long rows = 0;
            for (TopDocs one : found) {
                hits += one.totalHits.value;
                rows += one.scoreDocs.length;
            }
            Arrays.sort(took_ns);
            int last = took_ns.length - 1;
            print("round %d %.1f %.1f %.1f %d %d %.1f", round,
                    Arrays.stream(took_ns).average().orElse(0) / 1e3,
                    took_ns[(int) (.5 * last)] / 1e3, took_ns[(int) (.99 * last)] / 1e3, hits, rows,
                    cpu_ns / 1e3 / took_ns.length);
        }

        String id_of(int doc) throws IOException {
            BinaryDocValues ids = MultiDocValues.getBinaryValues(reader, ID);
            if (!ids.advanceExact(doc)) throw new IOException("a document without an id");
            return ids.binaryValue().utf8ToString();
        }

        void write(Batch batch, Path file) throws IOException {
            try (PrintWriter out = new PrintWriter(
                    Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
                for (int i = 0; i < batch.found.length; ++i) {
                    for (ScoreDoc hit : batch.found[i].scoreDocs) {
                        out.printf(Locale.ROOT, "%s\t%s\t%.6f\n", batch.queries.get(i).id(),
                                id_of(hit.doc), hit.score);
                    }
                }
                if (out.checkError()) throw new IOException("cannot write " + file);
            }
        }

        @Override
        public void close() throws IOException {
            reader.close();
            directory.close();
        }
    }

    // Answers each line with as many lines as rounds, or with one that begins with "error". The
    // first line that names a file in a mode also warms it up; the queries are kept.
    static void serve(Searching on) throws IOException {
        Map<String, Batch> known = new HashMap<>();
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            try {
                String[] wanted = line.split("\t");
                if (wanted.length != 3) throw new IllegalArgumentException("not three fields");
                String name = wanted[0] + "\t" + wanted[1];
                if (!known.containsKey(name)) known.put(name, on.batch(wanted[0], wanted[1]));
                on.measure(known.get(name), number(wanted[2]));
            } catch (IllegalArgumentException | IOException wrong) {
                print("error %s", wrong.toString().replace('\n', ' '));
            }
        }
    }
}
