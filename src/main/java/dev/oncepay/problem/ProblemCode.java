package dev.oncepay.problem;

/**
 * The one catalogue of what can go wrong: answers, the documentation and the problem pages are made from it.
 *
 * <p>Shape of an answer: RFC 9457, {@code type} is {@code /problems/<code>}.
 */
public enum ProblemCode {
    IDEMPOTENCY_KEY_MISSING(
            400,
            "The Idempotency-Key header is missing",
            "This call can move money, so it is done only under a key by which a retry is recognised.",
            false,
            true,
            "Make a key (a UUID is a good one) before you send, keep it with the payment, and send it with every try."),
    IDEMPOTENCY_KEY_INVALID(
            400,
            "The Idempotency-Key header cannot be read",
            "The key is empty, longer than 255 bytes, not printable ASCII, sent twice or as a list, or its quote is broken.",
            false,
            true,
            "Send one key of 1 to 255 printable ASCII characters, bare or as a quoted string."),
    MALFORMED_BODY(
            400,
            "The body is not well-formed JSON",
            "The body is not JSON, has a member twice, nests deeper than 32, or has text that cannot be stored.",
            false,
            true,
            "Send one JSON value in UTF-8, no member twice, nested at most 32 deep."),
    VALIDATION_FAILED(
            400,
            "The request is not valid",
            "A member or a parameter is missing, unknown, of the wrong type or out of its limits; `errors` names each.",
            false,
            true,
            "Mend the members that `errors` points at, and send the request with a new key."),
    UNAUTHORIZED(
            401,
            "A valid access token is needed",
            "The access token is missing, has expired, or is not one that is accepted here.",
            false,
            false,
            "Send `Authorization: Bearer <JWT>` with a token that has not expired. Keep the key: nothing was looked at."),
    FORBIDDEN(
            403,
            "The access token does not allow this",
            "The token is good, but it has no merchant, or not the group that this call needs.",
            false,
            false,
            "The token needs the merchant claim and the group for this call. Keep the key: nothing was looked at."),
    CARD_DECLINED(
            402,
            "The card was declined",
            "The card network said no. No money was taken, and what was set aside of the order is free again.",
            false,
            true,
            "Ask for another means of payment, and send the new charge with a new key."),
    REFUND_DECLINED(
            402,
            "The refund was declined",
            "The card network said no. No money was given back, and the amount can be refunded again.",
            false,
            true,
            "Look at decline_code; give the money back in another way, or try again with a new key."),
    NOT_FOUND(
            404,
            "There is no such thing",
            "Nothing is at this path, or what the request names does not exist or belongs to another merchant.",
            false,
            true,
            "Check the id and the path."),
    METHOD_NOT_ALLOWED(
            405,
            "This method is not allowed here",
            "The path exists, but not for this method.",
            false,
            true,
            "See the API page at /q/swagger-ui."),
    NOT_ACCEPTABLE(
            406,
            "No answer in an acceptable format",
            "The request accepts only formats that this path does not answer in.",
            false,
            true,
            "Accept application/json."),
    REQUEST_TIMEOUT(
            408,
            "The body did not come in time",
            "The head of the request came, and then not all of its body. Nothing was begun for it.",
            true,
            false,
            "Send the very same request with the same key again, over a new connection."),
    IDEMPOTENCY_KEY_IN_USE(
            409,
            "The first request with this key is still running",
            "The same request is being worked on under this key. Its answer is not there yet.",
            true,
            false,
            "Wait as long as Retry-After says, then send the very same request with the same key."),
    PAYLOAD_TOO_LARGE(
            413,
            "The body is too large",
            "No body of this API comes near the limit.",
            false,
            true,
            "Send at most 262144 bytes."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "The body's media type is not supported",
            "Bodies are JSON in UTF-8.",
            false,
            true,
            "Send Content-Type: application/json."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "This key was used for another request",
            "The method, path, query or JSON body differs from the first request with this key. Nothing was done.",
            false,
            false,
            "A retry must be the same request. For a new request make a new key, once you know what became of the first."),
    CURRENCY_MISMATCH(
            422,
            "The currency is not the order's",
            "A charge has the currency of its order; nothing is converted.",
            false,
            true,
            "Charge the order in the currency it was made in."),
    AMOUNT_EXCEEDS_ORDER(
            422,
            "The charges would add up to more than the order",
            "Charges that succeeded or are processing leave less of the order than this charge asks for.",
            false,
            true,
            "Look at the order's amount_paid and its processing charges, and charge at most what is left."),
    AMOUNT_EXCEEDS_CHARGE(
            422,
            "The refunds would add up to more than the charge",
            "Refunds that succeeded or are processing leave less of the charge than this refund asks for.",
            false,
            true,
            "Look at the charge's amount_refunded and its processing refunds, and refund at most what is left."),
    CHARGE_NOT_REFUNDABLE(
            422,
            "The charge has taken no money",
            "The charge was declined, or its outcome is not known yet.",
            false,
            true,
            "Refund a charge whose status is succeeded."),
    INTERNAL_ERROR(
            500,
            "Something went wrong on our side",
            "A fault of this service. It was logged under the `request_id`.",
            true,
            false,
            "Send the very same request with the same key again: what has happened is finished, never repeated."),
    STORE_UNAVAILABLE(
            503,
            "The database did not answer",
            "Without the database nothing is decided, so nothing is begun.",
            true,
            false,
            "Send the very same request with the same key again: nothing was done, or it will be finished."),
    OVERLOADED(
            503,
            "The service has too much to do",
            "As many requests are being worked on as fit. Nothing was begun for this one.",
            true,
            false,
            "Wait as long as Retry-After says, longer each time, then send the very same request with the same key."),
    SERVICE_STOPPING(
            503,
            "This instance is stopping",
            "It finishes what runs and takes nothing new. Nothing was begun for this request.",
            true,
            false,
            "Send the very same request with the same key again, over a new connection: another instance answers.");

    private final int status;
    private final String title;
    private final String meaning;
    private final boolean retryable;
    private final boolean safeNewKey;
    private final String advice;

    ProblemCode(int status, String title, String meaning, boolean retryable, boolean safeNewKey, String advice) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
        this.retryable = retryable;
        this.safeNewKey = safeNewKey;
        this.advice = advice;
    }

    /** The code as it stands in an answer, such as {@code idempotency-key-in-use}. */
    public String code() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The URI reference that identifies the kind of problem, RFC 9457 section 3.1.1. */
    public String type() {
        return "/problems/" + code();
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** What has happened, for a person. */
    public String meaning() {
        return meaning;
    }

    /** Whether the very same request with the same key can succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** Whether a new key cannot repeat an effect: the refusal is stored under this key, or follows from the request. */
    public boolean safeNewKey() {
        return safeNewKey;
    }

    /** What the reader of the message should do. */
    public String advice() {
        return advice;
    }
}
