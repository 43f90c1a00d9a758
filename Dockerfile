# marketo-migrate in an image: docker build -t marketo-migrate . && docker run --rm -v "$PWD:/work" marketo-migrate scan
FROM python:3.12-slim AS build
COPY . /source
RUN python -m venv /opt/marketo-migrate \
    && /opt/marketo-migrate/bin/python -m pip install --no-cache-dir --quiet /source

FROM python:3.12-slim
# git lists the files of a repository, and reads the commit that the gate compares with.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --create-home scanner
COPY --from=build /opt/marketo-migrate /opt/marketo-migrate
ENV PATH="/opt/marketo-migrate/bin:$PATH"
USER scanner
WORKDIR /work
ENTRYPOINT ["marketo-migrate"]
CMD ["--help"]
