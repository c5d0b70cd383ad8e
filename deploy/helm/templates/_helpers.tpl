{{- define "assistant.labels" -}}
app.kubernetes.io/name: assistant
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "assistant.selector" -}}
app.kubernetes.io/name: assistant
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "assistant.secret" -}}
{{ .Values.existingSecret | default (printf "%s-secrets" .Release.Name) }}
{{- end }}

{{- define "assistant.database" -}}
{{ .Release.Name }}-db
{{- end }}

{{- define "assistant.databaseHost" -}}
{{- if .Values.database.create -}}
{{ include "assistant.database" . }}-rw
{{- else -}}
{{ required "database.host: where is your PostgreSQL?" .Values.database.host }}
{{- end -}}
{{- end }}

{{- define "assistant.databaseSecret" -}}
{{- if .Values.database.create -}}
{{ include "assistant.database" . }}-app
{{- else -}}
{{ required "database.secret: which Secret has username and password?" .Values.database.secret }}
{{- end -}}
{{- end }}

{{- /* Who signed the server's certificate. */}}
{{- define "assistant.databaseAuthority" -}}
{{- if .Values.database.create -}}
{{ include "assistant.database" . }}-ca
{{- else -}}
{{ .Values.database.secret }}
{{- end -}}
{{- end }}

{{- /* One container of a role: (dict "root" $ "role" "hear"). */}}
{{- define "assistant.pod" -}}
{{- $root := .root }}
{{- $role := .role }}
metadata:
  labels:
    {{- include "assistant.selector" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $role }}
  annotations:
    checksum/settings: {{ toJson $root.Values.settings | sha256sum }}
    checksum/secrets: {{ cat $root.Values.botToken $root.Values.webhookSecret | sha256sum }}
spec:
  automountServiceAccountToken: false
  # A reply that is being sent is sent to its end; what is not finished, another node takes up.
  terminationGracePeriodSeconds: 40
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile:
      type: RuntimeDefault
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "assistant.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ $role }}
  containers:
    - name: assistant
      image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: [run, --role, {{ $role }}]
      envFrom:
        - configMapRef:
            name: {{ $root.Release.Name }}-settings
        - secretRef:
            name: {{ include "assistant.secret" $root }}
      env:
        # libpq reads name and password there: in an address they would need escaping, and might be logged with it.
        - name: PGUSER
          valueFrom:
            secretKeyRef: {name: {{ include "assistant.databaseSecret" $root }}, key: username}
        - name: PGPASSWORD
          valueFrom:
            secretKeyRef: {name: {{ include "assistant.databaseSecret" $root }}, key: password}
        - name: PGSSLMODE
          value: verify-full
        - name: PGSSLROOTCERT
          value: /etc/database/ca.crt
      ports:
        - name: operations
          containerPort: 9464
        {{- if eq $role "receive" }}
        - name: webhook
          containerPort: 8080
        {{- end }}
      startupProbe:
        httpGet: {path: /livez, port: operations}
        periodSeconds: 5
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /livez, port: operations}
        periodSeconds: 10
        timeoutSeconds: 6
        failureThreshold: 3
      readinessProbe:
        httpGet: {path: /readyz, port: operations}
        periodSeconds: 5
        timeoutSeconds: 6
        failureThreshold: 2
      {{- if eq $role "receive" }}
      lifecycle:
        preStop:
          # The ingress stops sending first.
          sleep: {seconds: 5}
      {{- end }}
      resources:
        {{- toYaml (index $root.Values.roles $role).resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: data, mountPath: /data}
        - {name: authority, mountPath: /etc/database, readOnly: true}
        {{- if eq $role "keep" }}
        - {name: backups, mountPath: /data/backups}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {medium: Memory, sizeLimit: 64Mi}
    # What a node keeps for itself is made anew: recordings of answers, and what is made from the content.
    - name: data
      emptyDir: {sizeLimit: 1Gi}
    - name: authority
      secret:
        secretName: {{ include "assistant.databaseAuthority" $root }}
        # The key beside it is nobody's business here.
        items: [{key: ca.crt, path: ca.crt}]
    {{- if eq $role "keep" }}
    - name: backups
      persistentVolumeClaim:
        claimName: {{ $root.Release.Name }}-backups
    {{- end }}
{{- end }}
